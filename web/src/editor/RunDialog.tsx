import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { api, unwrap } from '@/api/client';
import { ApiError, describeError } from '@/api/problem';
import { flowQuery } from '@/api/queries';
import { publishCommand } from '@/commands/document';
import { runCommand } from '@/commands/run';
import { Button, Dialog, ErrorState, Field, Input, Select, Skeleton, Textarea } from '@/ui';
import { useEditor, useEditorState } from './context';
import styles from './dialogs.module.css';
import { inputValues, type RunInput, runInputs } from './runInputs';

/** Starts a run of the published version with inputs that are asked for here, and goes to watch it. */
export function RunDialog({ onClose }: { onClose(): void }) {
  const context = useEditor();
  const { flowId } = context.store.getState();
  const meta = useQuery(flowQuery(flowId));
  const published = meta.data?.published_version ?? undefined;
  const changed = useEditorState((state) => state.draftChanged || state.flow !== state.saved);
  const publish = () => {
    onClose();
    void runCommand(publishCommand, context);
  };

  if (meta.data && published === undefined) {
    return (
      <Dialog
        open
        size="small"
        onOpenChange={(open) => !open && onClose()}
        title="Publish the flow first"
        description="Runs execute a published version, and this flow has none yet."
        footer={
          <>
            <Button onClick={onClose}>Cancel</Button>
            {context.mayEdit && (
              <Button variant="primary" onClick={publish}>
                Publish…
              </Button>
            )}
          </>
        }
      />
    );
  }
  return (
    <RunForm
      flowId={flowId}
      version={published}
      onClose={onClose}
      notice={
        changed && published !== undefined ? (
          <div className={styles.warning}>
            <span>The draft has changes that version {published} does not have.</span>
            {context.mayEdit && (
              <Button size="small" onClick={publish}>
                Publish…
              </Button>
            )}
          </div>
        ) : null
      }
    />
  );
}

interface RunFormProps {
  flowId: string;
  version: number | undefined;
  notice: React.ReactNode;
  onClose(): void;
}

function RunForm({ flowId, version, notice, onClose }: RunFormProps) {
  const types = useEditorState((state) => state.types);
  const [, navigate] = useLocation();
  const [typed, setTyped] = useState<{ [name: string]: string }>({});
  const form = useId();
  // One key for the whole dialog: pressing twice, or again after a lost answer, starts one run.
  const key = useRef<{ body: string; key: string }>(undefined);
  const detail = useQuery({
    queryKey: ['flows', 'version', flowId, version],
    queryFn: () =>
      unwrap(
        api.GET('/flows/{flow_id}/versions/{number}', {
          params: { path: { flow_id: flowId, number: version as number } },
        }),
      ),
    enabled: version !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const inputs = useMemo(() => {
    const entries = new Set([...types.values()].filter((type) => type.entry).map((type) => type.type));
    return runInputs(detail.data?.definition, entries);
  }, [detail.data, types]);

  const start = useMutation({
    mutationFn: () => {
      const body = { inputs: inputValues(inputs, typed) as Record<string, unknown> };
      const text = JSON.stringify(body);
      if (key.current?.body !== text) key.current = { body: text, key: crypto.randomUUID() };
      return unwrap(
        api.POST('/flows/{flow_id}/runs', {
          params: { path: { flow_id: flowId }, header: { 'Idempotency-Key': key.current.key } },
          body,
        }),
      );
    },
    onSuccess: (run) => navigate(`/runs/${run.id}`),
  });
  const problems = start.error instanceof ApiError ? start.error.fields : [];
  const known = new Set(inputs.map((input) => input.name));
  const general =
    start.isError && !problems.some((problem) => known.has(problem.field))
      ? describeError(start.error)
      : undefined;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!start.isPending) start.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={version === undefined ? 'Run' : `Run version ${version}`}
      description={inputs.length > 0 ? 'What should this run be given?' : undefined}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form={form} busy={start.isPending} disabled={!detail.data}>
            Start run
          </Button>
        </>
      }
    >
      {notice}
      {detail.isError && <ErrorState error={detail.error} onRetry={() => void detail.refetch()} />}
      {!detail.data && !detail.isError && <Skeleton height={120} />}
      {detail.data && (
        <form id={form} className={styles.form} onSubmit={submit} noValidate>
          {inputs.length === 0 && <p className={styles.quiet}>This flow asks for no inputs.</p>}
          {inputs.map((input) => {
            const problem = problems.find((other) => other.field === input.name);
            return (
              <Field
                key={input.name}
                label={input.title}
                required={input.required}
                help={input.help || (input.secret ? 'Hidden in the history of runs.' : undefined)}
                error={problem && [problem.message, problem.hint].filter(Boolean).join(' ')}
              >
                <RunInputControl
                  input={input}
                  value={typed[input.name] ?? ''}
                  onChange={(value) => setTyped((before) => ({ ...before, [input.name]: value }))}
                />
              </Field>
            );
          })}
          {general && (
            <p className={styles.error} role="alert">
              {general.title}. {general.detail}
            </p>
          )}
        </form>
      )}
    </Dialog>
  );
}

const htmlTypes: { [type: string]: string } = {
  phone: 'tel',
  email: 'email',
  date: 'date',
};

function RunInputControl({
  input,
  value,
  onChange,
}: {
  input: RunInput;
  value: string;
  onChange(value: string): void;
}) {
  const placeholder = input.example || (input.default === undefined ? '' : words(input.default));
  switch (input.type) {
    case 'boolean':
      return (
        <Select
          value={value || undefined}
          onChange={onChange}
          placeholder={placeholder || 'Choose…'}
          options={[
            { value: 'true', label: 'Yes' },
            { value: 'false', label: 'No' },
          ]}
        />
      );
    case 'json':
      return (
        <Textarea
          mono
          value={value}
          placeholder={placeholder}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    default:
      return (
        <Input
          type={htmlTypes[input.type] ?? 'text'}
          inputMode={input.type === 'integer' ? 'numeric' : input.type === 'number' ? 'decimal' : undefined}
          name={input.name}
          value={value}
          placeholder={input.type === 'datetime' ? placeholder || '2026-01-31T09:00:00Z' : placeholder}
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}

function words(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
