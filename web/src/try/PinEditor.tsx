import { useLingui } from '@lingui/react/macro';
import { Pin } from 'lucide-react';
import { useStore } from 'zustand';
import { useEditor, useEditorState } from '@/editor/context';
import { type FlowNode, type JsonObject, type NodeType, portsOf, titleOf } from '@/flow-model';
import { failureCodes } from '@/simulator/receipts';
import { Field, Input, Select } from '@/ui';
import { answerOf, codeOf, kindOf, outputsOf, type PinKind, pinKinds, readValue, writeValue } from './pins';
import styles from './TryPanel.module.css';

/** Gives the selected node a result that stays for the next tries: then it does not do its work. */
export function PinEditor({ node }: { node: FlowNode }) {
  const { t } = useLingui();
  const { trial } = useEditor();
  const type = useEditorState((all) => all.types.get(node.type));
  const answer = useStore(trial, (all) => all.pins[node.id]);
  const kinds = pinKinds(node, type);
  const kind = kindOf(answer);
  const title = titleOf(node);
  const pin = (next: PinKind, more?: Parameters<typeof answerOf>[1]) =>
    trial.getState().pin(node.id, answerOf(next, more));
  const words = useKindWords(node, type);
  if (kinds.length === 1) return null;
  const codes = failureCodes(type?.channel_type ?? '');
  const code = codeOf(answer);
  return (
    <section className={styles.pin} aria-label={t`Result of ${title}`}>
      <Field
        label={
          <span className={styles.pinLabel}>
            <Pin size={13} aria-hidden="true" /> {t`Result of ${title}`}
          </span>
        }
        help={answer ? t`Pinned: it stays so in this browser until you take it away.` : undefined}
      >
        <Select
          value={kind}
          placeholder={t`As the pin says`}
          onChange={(next) => {
            const chosen = next as PinKind;
            pin(chosen, chosen === 'failed' || chosen === 'refused' ? { code: codes[0]?.code ?? '' } : {});
          }}
          options={kinds.map((value) => ({ value, label: words(value) }))}
        />
      </Field>
      {(kind === 'failed' || kind === 'refused') && (
        <Field label={t`The provider's code`}>
          <Select
            value={codes.some((known) => known.code === code) ? code : undefined}
            placeholder={code || t`None`}
            onChange={(next) => pin(kind, { code: next })}
            options={codes.map((known) => ({ value: known.code, label: known.reason, detail: known.code }))}
          />
        </Field>
      )}
      {kind?.startsWith('leave:') && (
        <Outputs type={type} outputs={outputsOf(answer)} onChange={(outputs) => pin(kind, { outputs })} />
      )}
    </section>
  );
}

function useKindWords(node: FlowNode, type: NodeType | undefined): (kind: PinKind) => string {
  const { t } = useLingui();
  const ports = portsOf(node, type);
  return (kind) => {
    switch (kind) {
      case 'none':
        return t`As it happens`;
      case 'read':
        return t`Delivered after 1 s, read after 2 s`;
      case 'delivered':
        return t`Delivered, never read`;
      case 'silent':
        return t`Never delivered`;
      case 'failed':
        return t`Fails after 1 s`;
      case 'refused':
        return t`The provider refuses it`;
      default: {
        const name = kind.slice('leave:'.length);
        const port = ports.find((known) => known.name === name)?.title ?? name;
        return t`Does nothing and leaves by ${port}`;
      }
    }
  };
}

/** What expressions read of the node in its stead. */
function Outputs({
  type,
  outputs,
  onChange,
}: {
  type: NodeType | undefined;
  outputs: JsonObject;
  onChange(outputs: JsonObject): void;
}) {
  return (type?.outputs ?? []).map((output) => (
    <Field key={output.name} label={output.name} help={output.help}>
      <Input
        defaultValue={writeValue(outputs[output.name])}
        placeholder={output.example ?? ''}
        onBlur={(event) => {
          const { [output.name]: _, ...rest } = outputs;
          const value = readValue(event.target.value, output.type);
          onChange(value === undefined ? rest : { ...rest, [output.name]: value });
        }}
      />
    </Field>
  ));
}
