import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { CircleAlert, TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import type { Diagnostic } from '@/canvas/cards';
import { useEditor, useEditorState } from '@/editor/context';
import {
  completedSample,
  configSchema,
  configTexts,
  type FlowNode,
  type NodeType,
  nodeOf,
  scopeAt,
  setConfig,
  stepReference,
} from '@/flow-model';
import { CopyButton } from '@/ui';
import { ConfigForm } from './ConfigForm';
import { typeWords } from './code/words';
import { type Form, FormContext, problemsOf, problemText } from './form';
import styles from './Inspector.module.css';
import { NodeHead } from './NodeHead';
import { SamplePicker } from './SamplePicker';
import { useSample } from './sampleChoice';
import { usePreviews } from './usePreviews';

/** The form of one node, made from its type's schema. */
export function NodeInspector({ nodeId }: { nodeId: string }) {
  const node = useEditorState((state) => nodeOf(state.flow, nodeId));
  const type = useEditorState((state) => state.types.get(node?.type ?? ''));
  if (!node) return null;
  return (
    <>
      <NodeHead node={node} type={type} />
      <div className={styles.body}>
        {type ? <NodeForm node={node} type={type} /> : <UnknownType node={node} />}
      </div>
    </>
  );
}

function NodeForm({ node, type }: { node: FlowNode; type: NodeType }) {
  const { store, mayEdit } = useEditor();
  const flow = useEditorState((state) => state.flow);
  const types = useEditorState((state) => state.types);
  const diagnostics = useEditorState((state) => state.diagnostics);
  const { inConfig, others } = useMemo(() => problemsOf(diagnostics, node.id), [diagnostics, node.id]);
  const known = useSample()?.known;
  const texts = useMemo(() => configTexts(node, type), [node, type]);
  const entries = useMemo(() => scopeAt(flow, types, node.id, afterAll), [flow, types, node.id]);
  const sample = useMemo(() => completedSample(entries, known ?? {}), [entries, known]);
  const previews = usePreviews(flow, texts, mayEdit ? sample : undefined);
  const form = useMemo(
    (): Form => ({
      flow,
      node,
      type,
      types,
      root: configSchema(type),
      problems: inConfig,
      readOnly: !mayEdit,
      previews,
      entries,
      change: (path, value) => {
        const state = store.getState();
        const key = `config:${node.id}:${path.join('/')}`;
        const operation = setConfig(state.flow, state.types, node.id, path, value);
        state.perform(operation, t`Change ${type.title}`, key);
      },
      perform: (operation, label) => store.getState().perform(operation, label),
    }),
    [flow, node, type, types, inConfig, mayEdit, store, previews, entries],
  );
  return (
    <FormContext value={form}>
      <OtherProblems problems={others} />
      {mayEdit && texts.some((text) => text.kind === 'expression' || text.text.includes('{{')) && (
        <SamplePicker texts={texts} entries={entries} sample={sample} />
      )}
      <ConfigForm />
      <Outputs node={node} type={type} />
    </FormContext>
  );
}

/** A place behind all items of all lists: what can be read there is what any field of the node can read. */
const afterAll = ['', Number.POSITIVE_INFINITY];

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
      <summary>
        <Trans>What later nodes can read</Trans>
      </summary>
      <dl>
        {type.outputs.map((output) => (
          <div key={output.name} className={styles.output}>
            <dt>
              <code>{output.name}</code> <span>{typeWords(output.type)}</span>
            </dt>
            <dd>{output.help}</dd>
            <CopyButton
              label={t`Copy the expression for ${output.name}`}
              text={`{{${stepReference(node.id)}.${output.name}}}`}
            />
          </div>
        ))}
      </dl>
    </details>
  );
}

function UnknownType({ node }: { node: FlowNode }) {
  return (
    <p className={styles.quiet}>
      <Trans>
        This server has no node type “{node.type}”, so its settings cannot be shown. They are kept as they
        are. Delete the node, or open the flow on a server that has the type.
      </Trans>
    </p>
  );
}
