import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FileUp } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { api, unwrap } from '@/api/client';
import { ApiError, describeError } from '@/api/problem';
import type { components } from '@/api/schema.gen';
import { Button, classes, Dialog, Field, Textarea } from '@/ui';
import { DiagnosticList } from './DiagnosticList';
import { readDefinition } from './definition';
import styles from './ImportDialog.module.css';
import type { Diagnostic } from './types';

/** Imports a flow from a file or a paste, and shows what is wrong with it before it is opened. */
export function ImportDialog({ open, onClose }: { open: boolean; onClose(): void }) {
  const [session, setSession] = useState(0);
  return (
    <ImportForm
      // Opened again, it begins anew.
      key={session}
      open={open}
      onClose={() => {
        setSession(session + 1);
        onClose();
      }}
    />
  );
}

function ImportForm({ open, onClose }: { open: boolean; onClose(): void }) {
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const [over, setOver] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const hint = useId();
  const importFlow = useMutation({
    mutationFn: (definition: Record<string, unknown>) =>
      unwrap(api.POST('/flows/import', { body: definition })),
    onSuccess: (flow) => {
      void queries.invalidateQueries({ queryKey: ['flows'] });
      // Nothing to read first: straight to the canvas.
      if (flow.diagnostics.length === 0 && !flow.report) navigate(`/flows/${flow.id}`);
    },
  });
  const imported = importFlow.data;

  const read = async (file: File | undefined) => {
    if (!file) return;
    importFlow.reset();
    setProblem(undefined);
    setText(await file.text());
  };
  const submit = () => {
    const result = readDefinition(text);
    setProblem('problem' in result ? result.problem : undefined);
    if ('definition' in result) importFlow.mutate(result.definition);
  };

  if (imported && (imported.diagnostics.length > 0 || imported.report)) {
    const errors = imported.diagnostics.filter((d) => d.severity === 'error').length;
    return (
      <Dialog
        open={open}
        onOpenChange={(next) => !next && onClose()}
        title={t`“${imported.name}” is imported`}
        description={
          errors > 0
            ? t`It is stored as a draft. Put these right before you publish it; the editor leads you to each one.`
            : t`It is stored as a draft and can be published. Look at these first.`
        }
        footer={
          <>
            <Button onClick={onClose}>
              <Trans>Stay here</Trans>
            </Button>
            <Button variant="primary" onClick={() => navigate(`/flows/${imported.id}`)}>
              <Trans>Open the flow</Trans>
            </Button>
          </>
        }
      >
        {imported.report && <Report report={imported.report} />}
        <DiagnosticList diagnostics={imported.diagnostics} />
      </Dialog>
    );
  }

  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={t`Import a flow`}
      footer={
        <>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button variant="primary" busy={importFlow.isPending} onClick={submit}>
            <Trans>Import</Trans>
          </Button>
        </>
      }
    >
      <fieldset
        className={classes(styles.drop, over && styles.over)}
        aria-describedby={hint}
        aria-label={t`Flow file`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void read(event.dataTransfer.files[0]);
        }}
      >
        <FileUp size={20} aria-hidden="true" />
        <p id={hint}>
          <Trans>Drop a .json file here, or</Trans>
        </p>
        <Button size="small" onClick={() => chooser.current?.click()}>
          <Trans>Choose a file…</Trans>
        </Button>
        <input
          ref={chooser}
          type="file"
          accept=".json,application/json"
          aria-label={t`Choose a flow file`}
          className="visually-hidden"
          tabIndex={-1}
          onChange={(event) => void read(event.target.files?.[0])}
        />
      </fieldset>
      <Field label={t`Or paste it`} error={problem}>
        <Textarea
          mono
          rows={8}
          spellCheck={false}
          value={text}
          placeholder={'{\n  "schema": "sluice/v1",\n  …'}
          onChange={(event) => {
            setText(event.target.value);
            setProblem(undefined);
            importFlow.reset();
          }}
        />
      </Field>
      {importFlow.isError && <Refused error={importFlow.error} />}
    </Dialog>
  );
}

/** What became of a flow of Twilio Studio. */
function Report({ report }: { report: components['schemas']['ImportReport'] }) {
  const { total, kept, replaced, lost } = report.states;
  return (
    <>
      <p data-testid="import-report">
        <Trans>
          Twilio Studio: {total} states; {kept} kept, {replaced} replaced by placeholders, {lost} lost.
        </Trans>
      </p>
      <DiagnosticList diagnostics={report.findings} />
    </>
  );
}

function Refused({ error }: { error: Error }) {
  const { title, detail } = describeError(error);
  const diagnostics =
    error instanceof ApiError ? (error.body.diagnostics as Diagnostic[] | undefined) : undefined;
  return (
    <div role="alert" className={styles.refused}>
      <p className={styles.refusedTitle}>{title}</p>
      {detail && <p>{detail}</p>}
      {Array.isArray(diagnostics) && <DiagnosticList diagnostics={diagnostics} />}
    </div>
  );
}
