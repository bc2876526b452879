import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Smartphone } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { ApiError } from '@/api/problem';
import { channelTypesQuery } from '@/channels/queries';
import { useEditor, useEditorState } from '@/editor/context';
import { conversations } from '@/simulator/conversations';
import { Phone } from '@/simulator/Phone';
import { Button, EmptyState, ErrorState, Segmented, Skeleton } from '@/ui';
import { PinEditor } from './PinEditor';
import { RecordDialog } from './RecordDialog';
import { repliedVisit, type TryState } from './session';
import { TryClock } from './TryClock';
import { TryNow } from './TryNow';
import styles from './TryPanel.module.css';
import { TrySteps } from './TrySteps';
import { TryValues } from './TryValues';

type Tab = 'phones' | 'steps' | 'values';

/** A try that has begun: the clock, where the run is, the phones and the steps. */
export function TryRun() {
  const { t } = useLingui();
  const { trial } = useEditor();
  const state = useStore(trial, (all) => all.state);
  const error = useStore(trial, (all) => all.error);
  const busy = useStore(trial, (all) => all.busy);
  const selection = useEditorState((all) => all.selection);
  const flow = useEditorState((all) => all.flow);
  const [tab, setTab] = useState<Tab>('phones');
  const [recording, setRecording] = useState(false);
  const [only] = selection;
  const chosen = selection.size === 1 ? flow.nodes.find((node) => node.id === only) : undefined;
  if (error) return <Failed error={error} />;
  if (!state)
    return (
      <div className={styles.inputs} aria-busy="true">
        <Skeleton height={72} />
        <Skeleton height={440} radius={24} />
      </div>
    );
  return (
    <>
      <TryClock />
      <div className={styles.scroll} aria-busy={busy}>
        <TryNow state={state} onRecord={() => setRecording(true)} />
        {chosen && <PinEditor key={chosen.id} node={chosen} />}
        <Segmented
          size="small"
          aria-label={t`What to look at`}
          value={tab}
          onChange={(next) => setTab(next as Tab)}
          options={[
            { value: 'phones', label: t`Phones` },
            { value: 'steps', label: t`Steps` },
            { value: 'values', label: t`Values` },
          ]}
        />
        {tab === 'phones' && <TryPhones state={state} />}
        {tab === 'steps' && <TrySteps state={state} />}
        {tab === 'values' && <TryValues state={state} />}
      </div>
      {recording && <RecordDialog state={state} onClose={() => setRecording(false)} />}
    </>
  );
}

/** Why the draft cannot be played, with the button that leads to the remedy. */
function Failed({ error }: { error: unknown }) {
  const { trial, dialogs } = useEditor();
  const code = error instanceof ApiError ? error.code : '';
  return (
    <div className={styles.inputs}>
      <ErrorState error={error} {...(code ? {} : { onRetry: () => trial.getState().refresh() })} />
      <div className={styles.row}>
        {code === 'flow_has_errors' && (
          <Button onClick={() => dialogs.issues()}>
            <Trans>Show the issues</Trans>
          </Button>
        )}
        {code === 'invalid_world' && (
          <Button
            onClick={() =>
              Object.keys(trial.getState().pins).forEach((node) => void trial.getState().pin(node, undefined))
            }
          >
            <Trans>Take all pins away</Trans>
          </Button>
        )}
        <Button onClick={() => trial.getState().leave()}>
          <Trans>Back to the inputs</Trans>
        </Button>
      </div>
    </div>
  );
}

function TryPhones({ state }: { state: TryState }) {
  const { t } = useLingui();
  const { trial } = useEditor();
  const types = useQuery(channelTypesQuery);
  // The phone that was written to last stands first: that is where something happens.
  const screens = useMemo(() => {
    const latest = (messages: TryState['phone']) =>
      messages.findLast((one) => one.direction === 'outbound')?.visit ?? 0;
    return conversations(state.phone).sort((a, b) => latest(b.messages) - latest(a.messages));
  }, [state.phone]);
  if (screens.length === 0)
    return <EmptyState icon={<Smartphone />} title={t`No message has been sent yet.`} />;
  const act = trial.getState().act;
  return (
    <div className={styles.phones}>
      {screens.map((screen) => (
        <Phone
          key={`${screen.recipient} ${screen.channelType}`}
          channelType={screen.channelType}
          recipient={screen.recipient}
          sender={screen.channel}
          messages={screen.messages}
          onReceipt={(message, receipt, failure) =>
            act({ visit: message.visit, kind: receipt, ...(failure ? { code: failure.code } : {}) })
          }
          onReply={(text) => {
            const visit = repliedVisit(state, screen.channelType);
            if (visit !== undefined) act({ visit, kind: 'reply', text });
          }}
          attachments={types.data?.get(screen.channelType)?.attachments}
          // A try stores nothing: what the run hears of a file is that there is one.
          onAttach={async ({ form, file, text }) => {
            const visit = repliedVisit(state, screen.channelType);
            if (visit !== undefined)
              act({ visit, kind: 'reply', text, type: form, filename: file.name.slice(-200) });
            return visit !== undefined;
          }}
        />
      ))}
    </div>
  );
}
