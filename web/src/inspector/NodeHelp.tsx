import { Trans } from '@lingui/react/macro';
import { configSchema, fieldsOf, type NodeType } from '@/flow-model';

/** A node type's documentation, from its spec: what it does, its exits, its settings, what it leaves. */
export function NodeHelp({ type }: { type: NodeType }) {
  const settings = fieldsOf(configSchema(type)).filter(({ schema }) => schema.description);
  return (
    <>
      <div>
        <h3>{type.title}</h3>
        <p>{type.help}</p>
      </div>
      {type.ports.length > 0 && (
        <Entries
          title={<Trans>Exits</Trans>}
          entries={type.ports.map((port) => ({ name: port.title, help: port.help }))}
        />
      )}
      {settings.length > 0 && (
        <Entries
          title={<Trans>Settings</Trans>}
          entries={settings.map(({ name, schema }) => ({
            name: schema.title ?? name,
            help: schema.description,
          }))}
        />
      )}
      {type.outputs && type.outputs.length > 0 && (
        <Entries title={<Trans>What later nodes can read</Trans>} entries={type.outputs} />
      )}
    </>
  );
}

function Entries({
  title,
  entries,
}: {
  title: React.ReactNode;
  entries: readonly { name: string; help?: string | undefined }[];
}) {
  return (
    <section>
      <h4>{title}</h4>
      <dl>
        {entries.map(({ name, help }) => (
          <div key={name}>
            <dt>{name}</dt>
            {help && <dd>{help}</dd>}
          </div>
        ))}
      </dl>
    </section>
  );
}
