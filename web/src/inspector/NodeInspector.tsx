import { CircleAlert, TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import type { Diagnostic } from '@/canvas/cards';
import { NamedIcon } from '@/canvas/icons';
import { useEditor, useEditorState } from '@/editor/context';
import { configSchema, type FlowNode, type NodeType, nodeOf, setConfig, stepReference } from '@/flow-model';
import { Field, Input } from '@/ui';
import { ConfigForm } from './ConfigForm';
import { type Form, FormContext, problemsOf, problemText } from './form';
import styles from './Inspector.module.css';

/** The form of one node, made from its type's schema. */
export function NodeInspector({ nodeId }: { nodeId: string }) {
  const node = useEditorState((state) => nodeOf(state.flow, nodeId));
  const type = useEditorState((state) => state.types.get(node?.type ?? ''));
  if (!node) return null;
  return (
    <div className={styles.body}>
      <NodeHead node={node} type={type} />
      {type ? <NodeForm node={node} type={type} /> : <UnknownType node={node} />}
    </div>
  );
}

function NodeHead({ node, type }: { node: FlowNode; type: NodeType | undefined }) {
  const { store, mayEdit } = useEditor();
  const rename = (name: string) =>
    store
      .getState()
      .perform({ type: 'rename_node', id: node.id, name: name || undefined }, 'Rename', `name:${node.id}`);
  return (
    <header className={styles.head} data-hue={type?.hue ?? 'slate'}>
      <div className={styles.typeLine}>
        <span className={styles.icon}>
          <NamedIcon name={type?.icon ?? ''} />
        </span>
        <h2 className={styles.typeTitle}>{type?.title ?? node.type}</h2>
      </div>
      {type && <p className={styles.quiet}>{type.help}</p>}
      <Field label="Name of the node">
        <Input
          value={node.name ?? ''}
          placeholder={node.id}
          maxLength={200}
          readOnly={!mayEdit}
          onChange={(event) => rename(event.target.value)}
        />
      </Field>
    </header>
  );
}

function NodeForm({ node, type }: { node: FlowNode; type: NodeType }) {
  const { store, mayEdit } = useEditor();
  const flow = useEditorState((state) => state.flow);
  const types = useEditorState((state) => state.types);
  const diagnostics = useEditorState((state) => state.diagnostics);
  const { inConfig, others } = useMemo(() => problemsOf(diagnostics, node.id), [diagnostics, node.id]);
  const form = useMemo(
    (): Form => ({
      flow,
      node,
      type,
      types,
      root: configSchema(type),
      problems: inConfig,
      readOnly: !mayEdit,
      change: (path, value) => {
        const state = store.getState();
        const key = `config:${node.id}:${path.join('/')}`;
        state.perform(setConfig(state.flow, state.types, node.id, path, value), `Change ${type.title}`, key);
      },
    }),
    [flow, node, type, types, inConfig, mayEdit, store],
  );
  return (
    <FormContext value={form}>
      <OtherProblems problems={others} />
      <ConfigForm />
      <Outputs node={node} type={type} />
    </FormContext>
  );
}

/** Findings that belong to no field: lines, ports, the type. */
function OtherProblems({ problems }: { problems: Diagnostic[] }) {
  if (problems.length === 0) return null;
  return (
    <ul className={styles.problems}>
      {problems.map((found) => (
        <li key={found.pointer + found.code} data-severity={found.severity}>
          {found.severity === 'error' ? (
            <CircleAlert size={14} aria-hidden="true" />
          ) : (
            <TriangleAlert size={14} aria-hidden="true" />
          )}
          <span>{problemText(found)}</span>
        </li>
      ))}
    </ul>
  );
}

/** What later nodes can read of this one. */
function Outputs({ node, type }: { node: FlowNode; type: NodeType }) {
  if (!type.outputs?.length) return null;
  return (
    <details className={styles.outputs}>
      <summary>What later nodes can read</summary>
      <dl>
        {type.outputs.map((output) => (
          <div key={output.name}>
            <dt>
              <code>{`{{${stepReference(node.id)}.${output.name}}}`}</code>
            </dt>
            <dd>{output.help}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function UnknownType({ node }: { node: FlowNode }) {
  return (
    <p className={styles.quiet}>
      This server has no node type “{node.type}”, so its settings cannot be shown. They are kept as they are.
      Delete the node, or open the flow on a server that has the type.
    </p>
  );
}
