import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { api, unwrap } from '@/api/client';
import { fieldMessages } from '@/api/problem';
import { nodeTypesQuery } from '@/api/queries';
import { type NodeType, readFlow } from '@/flow-model';
import {
  Button,
  Dialog,
  EmptyState,
  ErrorState,
  Field,
  focusInvalid,
  Input,
  Refusal,
  Select,
  Skeleton,
  Textarea,
} from '@/ui';
import styles from './StartRunDialog.module.css';
import {
  type DeclaredInput,
  declaredInputs,
  type InputTexts,
  idempotencyKey,
  initialTexts,
  readTexts,
} from './startInputs';

interface StartRunDialogProps {
  flowId: string;
  open: boolean;
  onClose(): void;
  /** Values of an earlier run to begin with. */
  earlier?: Record<string, unknown>;
  /** Stands above the form: what to know before running. */
  notice?: ReactNode;
}

/** Asks for the inputs of a flow's published version, starts a run and goes to it. */
export function StartRunDialog({ flowId, open, onClose, earlier, notice }: StartRunDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={t`Run this flow`}
      description={t`It runs now, for one person, as it is published. Real channels send real messages.`}
    >
      {notice}
      <PublishedInputs flowId={flowId} onClose={onClose} earlier={earlier} />
    </Dialog>
  );
}

/** The published version's inputs; `inputs` is undefined when nothing is published. */
async function loadPublished(flowId: string): Promise<{ version: number; definition: unknown } | null> {
  const path = { flow_id: flowId };
  const flow = await unwrap(api.GET('/flows/{flow_id}', { params: { path } }));
  if (flow.published_version === null) return null;
  const number = flow.published_version;
  const version = await unwrap(
    api.GET('/flows/{flow_id}/versions/{number}', { params: { path: { ...path, number } } }),
  );
  return { version: number, definition: version.definition };
}

type FormProps = Pick<StartRunDialogProps, 'flowId' | 'onClose'> & {
  earlier: Record<string, unknown> | undefined;
};

function PublishedInputs({ flowId, onClose, earlier }: FormProps) {
  const types = useQuery(nodeTypesQuery);
  const published = useQuery({
    queryKey: ['flows', 'published', flowId],
    queryFn: () => loadPublished(flowId),
    // Publishing elsewhere may have changed the inputs a moment ago.
    staleTime: 0,
    gcTime: 0,
  });
  const error = published.error ?? types.error;
  if (error)
    return (
      <ErrorState
        error={error}
        onRetry={() => {
          void published.refetch();
          void types.refetch();
        }}
      />
    );
  if (published.data === undefined || !types.data)
    return (
      <>
        <Skeleton height={52} />
        <Skeleton height={52} />
      </>
    );
  if (published.data === null)
    return (
      <EmptyState
        title={t`This flow is not published yet, so there is nothing to run.`}
        action={
          <Button asChild variant="primary">
            <Link href={`/flows/${flowId}`}>
              <Trans>Open it to publish it</Trans>
            </Link>
          </Button>
        }
      />
    );
  const read = readFlow(published.data.definition);
  if ('problem' in read) return <ErrorState error={new Error(read.problem)} />;
  return (
    <InputsForm
      flowId={flowId}
      onClose={onClose}
      earlier={earlier}
      inputs={declaredInputs(read.flow, entryTypes(types.data))}
    />
  );
}

function entryTypes(types: readonly NodeType[]): Set<string> {
  return new Set(types.filter((type) => type.entry).map((type) => type.type));
}

function InputsForm({ flowId, onClose, earlier, inputs }: FormProps & { inputs: DeclaredInput[] }) {
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const [texts, setTexts] = useState<InputTexts>(() => initialTexts(inputs, earlier));
  const [problems, setProblems] = useState<Record<string, string>>({});
  // One key for one intent: a second press, or a try after a lost answer, starts no second run.
  const [key, setKey] = useState(idempotencyKey);
  const formId = useId();

  const start = useMutation({
    mutationFn: (values: Record<string, unknown>) =>
      unwrap(
        api.POST('/flows/{flow_id}/runs', {
          params: { path: { flow_id: flowId }, header: { 'Idempotency-Key': key } },
          body: { inputs: values },
        }),
      ),
    onSuccess: (run) => {
      void queries.invalidateQueries({ queryKey: ['runs'] });
      onClose();
      navigate(`/runs/${run.id}`);
    },
    onError: (error) => setProblems(fieldMessages(error)),
  });

  const change = (name: string, value: string) => {
    setTexts({ ...texts, [name]: value });
    setKey(idempotencyKey());
    if (problems[name])
      setProblems(Object.fromEntries(Object.entries(problems).filter(([field]) => field !== name)));
  };

  const known = new Set(inputs.map((input) => input.name));
  const elsewhere =
    start.error && !Object.keys(problems).some((name) => known.has(name)) ? start.error : undefined;
  return (
    <form
      id={formId}
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        const read = readTexts(inputs, texts);
        setProblems(read.problems);
        if (Object.keys(read.problems).length === 0) start.mutate(read.inputs);
        else focusInvalid(event.currentTarget);
      }}
    >
      {inputs.length === 0 && (
        <p className={styles.none}>
          <Trans>This flow asks for nothing.</Trans>
        </p>
      )}
      {inputs.map((input) => (
        <InputField
          key={input.name}
          input={input}
          value={texts[input.name] ?? ''}
          problem={problems[input.name]}
          onChange={(value) => change(input.name, value)}
        />
      ))}
      <Refusal error={elsewhere} />
      <div className={styles.buttons}>
        <Button onClick={onClose}>
          <Trans>Cancel</Trans>
        </Button>
        <Button type="submit" variant="primary" busy={start.isPending}>
          {t({ message: 'Run', context: 'button' })}
        </Button>
      </div>
    </form>
  );
}

export interface InputFieldProps {
  input: DeclaredInput;
  value: string;
  problem: string | undefined;
  onChange(value: string): void;
  /** What becomes of a secret, where that is not what becomes of a run's. */
  secretHelp?: string;
}

const controls: Record<string, { type: string; inputMode?: 'tel' | 'numeric' | 'decimal' | 'email' }> = {
  phone: { type: 'tel', inputMode: 'tel' },
  email: { type: 'email', inputMode: 'email' },
  integer: { type: 'text', inputMode: 'numeric' },
  number: { type: 'text', inputMode: 'decimal' },
  date: { type: 'date' },
};

/** The control of one input. */
export function InputField({ input, value, problem, onChange, secretHelp }: InputFieldProps) {
  const help = [
    input.help,
    input.secret && (secretHelp ?? 'Secret: stored encrypted, shown nowhere but on the phone.'),
  ]
    .filter(Boolean)
    .join(' ');
  return (
    <Field label={input.title} required={input.required} help={help} error={problem}>
      {input.type === 'boolean' ? (
        <Select
          value={value || undefined}
          onChange={onChange}
          options={[
            { value: 'true', label: t`Yes` },
            { value: 'false', label: t`No` },
          ]}
        />
      ) : input.type === 'json' ? (
        <Textarea
          mono
          value={value}
          placeholder={input.example}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <Input
          {...(controls[input.type] ?? { type: 'text' })}
          name={input.name}
          value={value}
          placeholder={input.example}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
