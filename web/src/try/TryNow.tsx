import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Ban, ChevronDown, CircleCheck, CircleX, Clapperboard, TimerOff } from 'lucide-react';
import { useStore } from 'zustand';
import { useEditor, useEditorState } from '@/editor/context';
import { failureCodes } from '@/simulator/receipts';
import { Button, classes, Menu, Switch } from '@/ui';
import type { TryState } from './session';
import styles from './TryPanel.module.css';
import { standing } from './told';

/** Where the run is and what can be decided about it. */
export function TryNow({ state, onRecord }: { state: TryState; onRecord(): void }) {
  const { t } = useLingui();
  const { trial } = useEditor();
  const flow = useEditorState((all) => all.flow);
  const types = useEditorState((all) => all.types);
  const byHand = useStore(trial, (all) => all.session?.byHand ?? true);
  const waits = state.status === 'waiting';
  const stray = state.stray.length;
  return (
    <section className={styles.now} aria-label={t`Where the run is`}>
      <p
        className={classes(styles.standing, !waits && styles[state.status])}
        data-testid="try-standing"
        data-ended={!waits}
      >
        {!waits &&
          (state.status === 'completed' ? (
            <CircleCheck size={16} aria-hidden="true" />
          ) : (
            <CircleX size={16} aria-hidden="true" />
          ))}
        <span>{standing(state, flow, types)}</span>
      </p>
      <div className={styles.row}>
        {waits && state.wait?.due_ms != null && (
          <Button size="small" icon={<TimerOff />} onClick={() => trial.getState().timeOut()}>
            <Trans>Time out now</Trans>
          </Button>
        )}
        <RefuseMenu state={state} />
        <Button
          size="small"
          variant={waits ? 'secondary' : 'primary'}
          icon={<Clapperboard />}
          onClick={onRecord}
        >
          <Trans>Record as scenario</Trans>
        </Button>
        <Button size="small" variant="ghost" onClick={() => trial.getState().leave()}>
          <Trans>Other inputs</Trans>
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the switch inside is the control */}
      <label className={styles.byHand}>
        <Switch
          checked={!byHand}
          onChange={(checked) => trial.getState().setByHand(!checked)}
          aria-label={t`Phones answer by themselves`}
        />
        <span>
          <Trans>Phones answer by themselves: delivered after 1 s, read after 2 s</Trans>
        </span>
      </label>
      {stray > 0 && (
        <p className={styles.stray}>
          <span>
            <Plural
              value={stray}
              one="The flow has changed: # thing that you decided fits nowhere any more."
              other="The flow has changed: # things that you decided fit nowhere any more."
            />
          </span>
          <Button size="small" onClick={() => trial.getState().forgetStray()}>
            <Trans>Forget</Trans>
          </Button>
        </p>
      )}
    </section>
  );
}

/** Offers the provider's refusal while the message of the present visit has only been sent. */
function RefuseMenu({ state }: { state: TryState }) {
  const { t } = useLingui();
  const { trial } = useEditor();
  const message = state.phone.find((one) => one.direction === 'outbound' && one.visit === state.visit);
  if (state.status !== 'waiting' || message?.status !== 'sent') return null;
  const refuse = (refusal: { class: 'permanent' | 'retryable' | 'auth'; code?: string }) =>
    trial.getState().act({ visit: state.visit, kind: 'refused', ...refusal });
  return (
    <Menu
      align="start"
      trigger={
        <Button size="small" icon={<Ban />}>
          <Trans>Refuse</Trans> <ChevronDown size={12} aria-hidden="true" />
        </Button>
      }
      items={[
        ...failureCodes(message.channel_type).map((failure) => ({
          label: failure.reason,
          detail: failure.code,
          onSelect: () => refuse({ class: 'permanent' as const, code: failure.code }),
        })),
        'separator' as const,
        {
          label: t`The provider cannot take it now`,
          detail: t`It is tried again until the deadline.`,
          onSelect: () => refuse({ class: 'retryable' }),
        },
        {
          label: t`The channel's credentials are wrong`,
          onSelect: () => refuse({ class: 'auth' }),
        },
      ]}
    />
  );
}
