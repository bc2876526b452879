import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Link2, Link2Off, Send, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { describeError } from '@/api/problem';
import { formatClock } from '@/format/moment';
import { ImportButton } from '@/templates/ImportButton';
import { Button, ConfirmDialog, CopyButton, classes, Field, Input, Refusal, toast } from '@/ui';
import styles from './ChannelForm.module.css';
import { ChannelMark } from './ChannelMark';
import { ChannelStatusBadge } from './ChannelStatusBadge';
import { FlowsInUse, flowsOf } from './FlowsInUse';
import { useChannelActions } from './queries';
import { channelStatusLook, shownStatus } from './status';
import type { Channel, Provider } from './types';

interface ChannelSideProps {
  channel: Channel;
  provider: Provider | undefined;
  may: boolean;
  /** The settings beside it have changes that are not saved. */
  unsaved: boolean;
}

/** A channel's state, what can be done with it, and what the provider must be told. */
export function ChannelSide({ channel, provider, may, unsaved }: ChannelSideProps) {
  return (
    <aside className={styles.side} aria-label={t`State`}>
      <State channel={channel} may={may} unsaved={unsaved} />
      {may && channel.status === 'bound' && <TestSend channel={channel} />}
      <section className={styles.card}>
        <h2 className={styles.heading}>
          <Trans>About it</Trans>
        </h2>
        <dl className={styles.facts}>
          <dt>
            <Trans>Type</Trans>
          </dt>
          <dd>
            <ChannelMark type={channel.type} named />
          </dd>
          <dt>
            <Trans>Provider</Trans>
          </dt>
          <dd>{provider?.title ?? channel.kind}</dd>
          <dt>
            <Trans>Flows call it</Trans>
          </dt>
          <dd>
            <code>{channel.slug}</code>
          </dd>
          <dt>
            <Trans>Receipts</Trans>
          </dt>
          <dd>{receiptWords(channel, provider)}</dd>
        </dl>
      </section>
      <Templates channel={channel} provider={provider} />
      {channel.kind !== 'simulator' && <Hook url={channel.hook_url} help={provider?.hook_help ?? ''} />}
      {may && <Delete channel={channel} />}
    </aside>
  );
}

/** Where the provider lists templates, they can be imported here. */
function Templates({ channel, provider }: { channel: Channel; provider: Provider | undefined }) {
  if (!provider?.imports_templates.includes(channel.type)) return null;
  return (
    <section className={styles.card}>
      <h2 className={styles.heading}>
        <Trans>Templates</Trans>
      </h2>
      <p className={styles.quiet}>
        {channel.status === 'bound' ? (
          <Trans>The provider lists what it has approved. Flows send these by name.</Trans>
        ) : (
          <Trans>Once the channel is bound, the provider’s templates can be imported.</Trans>
        )}
      </p>
      <div className={classes(styles.buttons, styles.start)}>
        <ImportButton channel={channel} />
      </div>
    </section>
  );
}

function receiptWords(channel: Channel, provider: Provider | undefined): string {
  const receipts = provider?.receipts[channel.type];
  if (receipts?.delivered && receipts.read) return t`delivered and read`;
  if (receipts?.delivered) return t`delivered`;
  return receipts?.read ? t`read` : t({ message: t`none`, context: 'receipts' });
}

function State({ channel, may, unsaved }: Omit<ChannelSideProps, 'provider'>) {
  const { bind, unbind } = useChannelActions(channel.id);
  const [asking, setAsking] = useState(false);
  const bindNow = () =>
    bind.mutate(undefined, { onSuccess: () => toast({ kind: 'success', title: t`The channel is bound` }) });
  return (
    <section className={styles.card}>
      <div className={styles.status} role="status">
        <ChannelStatusBadge channel={channel} />
      </div>
      <p className={styles.quiet}>{channelStatusLook(shownStatus(channel)).meaning}</p>
      {channel.status_reason && !bind.error && <p className={styles.warn}>{channel.status_reason}</p>}
      {channel.status === 'suspended' && (
        <p className={styles.quiet}>
          <Trans>
            Mend the credentials at the provider or in the settings, then bind it again. Nothing is sent
            through it until then.
          </Trans>
        </p>
      )}
      {channel.status === 'bound' && channel.pause && <Pause pause={channel.pause} />}
      <Refusal
        error={bind.error}
        fallback={t`Check the credentials beside this, save them, and bind again.`}
      />
      {unsaved && channel.status !== 'bound' && (
        <p className={styles.quiet} role="status">
          <Trans>Save your changes before you bind it: what is saved is tried.</Trans>
        </p>
      )}
      {may && (
        <div className={classes(styles.buttons, styles.start)}>
          {channel.status !== 'bound' && (
            <Button variant="primary" icon={<Link2 />} busy={bind.isPending} onClick={bindNow}>
              {channel.status === 'suspended' ? t`Bind again` : t`Bind`}
            </Button>
          )}
          {channel.status !== 'unbound' && (
            <Button icon={<Link2Off />} onClick={() => setAsking(true)}>
              <Trans>Unbind</Trans>
            </Button>
          )}
        </div>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={(open) => {
          setAsking(open);
          unbind.reset();
        }}
        title={t`Unbind “${channel.name}”?`}
        action={flowsOf(unbind.error) ? t`Unbind all the same` : t`Unbind`}
        busy={unbind.isPending}
        onConfirm={() =>
          unbind.mutate(flowsOf(unbind.error) !== undefined, {
            onSuccess: () => setAsking(false),
            onError: (error) => {
              if (!flowsOf(error)) toast({ kind: 'error', ...describeError(error) });
            },
          })
        }
      >
        <p>
          <Trans>Messages that flows send through it fail until it is bound again. Its settings stay.</Trans>
        </p>
        <FlowsInUse flows={flowsOf(unbind.error)} />
      </ConfirmDialog>
    </section>
  );
}

/** What the provider failed with, and when a message tries it again. */
function Pause({ pause }: { pause: NonNullable<Channel['pause']> }) {
  const code = pause.code ? ` (${pause.code})` : '';
  return (
    <>
      <p className={styles.warn} role="status">
        {pause.reason}
        {code}
      </p>
      <p className={styles.quiet}>
        <Trans>
          Since {formatClock(pause.since)}. It is tried again at {formatClock(pause.until)}.
        </Trans>
      </p>
    </>
  );
}

function TestSend({ channel }: { channel: Channel }) {
  const [typed, setTo] = useState('');
  const named = channel.type !== 'wecom';
  // A channel that stands for who gets the message asks for nobody.
  const to = named ? typed : channel.slug;
  const { test } = useChannelActions(channel.id);
  return (
    <section className={styles.card}>
      <h2 className={styles.heading}>
        <Trans>Send a test message</Trans>
      </h2>
      <form
        className={styles.test}
        onSubmit={(event) => {
          event.preventDefault();
          if (to.trim()) test.mutate({ to: to.trim() });
        }}
      >
        {named ? (
          <Field
            label={t`To`}
            help={
              channel.kind === 'simulator'
                ? t`Any number: it arrives on a simulated phone.`
                : t`A real person gets it.`
            }
          >
            <Input
              {...addressOf(channel.type)}
              maxLength={200}
              value={typed}
              onChange={(event) => {
                setTo(event.target.value);
                test.reset();
              }}
            />
          </Field>
        ) : (
          <p className={styles.quiet}>
            <Trans>Everybody in the robot’s group gets it.</Trans>
          </p>
        )}
        <Refusal error={test.error} />
        {test.isSuccess && (
          <p role="status" className={styles.quiet}>
            <Trans>The provider took it.</Trans>{' '}
            {channel.kind === 'simulator' && (
              <Link href={`/phones?recipient=${encodeURIComponent(to.trim())}`}>
                <Trans>See it on the phone</Trans>
              </Link>
            )}
          </p>
        )}
        <div className={classes(styles.buttons, styles.start)}>
          <Button type="submit" icon={<Send />} busy={test.isPending} disabled={!to.trim()}>
            <Trans>Send</Trans>
          </Button>
        </div>
      </form>
    </section>
  );
}

/** How people are addressed on a channel type. */
function addressOf(type: string): {
  type?: 'tel' | 'email';
  inputMode?: 'tel' | 'email';
  placeholder?: string;
} {
  switch (type) {
    case 'email':
      return { type: 'email', inputMode: 'email', placeholder: 'ana@example.com' };
    // The vendor's own ids; a person's first message brings theirs.
    case 'messenger':
    case 'instagram':
      return { placeholder: '7246543210987' };
    case 'viber_bot':
      return { placeholder: '01234567890A=' };
    case 'custom':
      return { placeholder: t`An address as the service has it` };
    default:
      return { type: 'tel', inputMode: 'tel', placeholder: '+639171234567' };
  }
}

function Hook({ url, help }: { url: string; help: string }) {
  return (
    <section className={styles.card}>
      <h2 className={styles.heading}>
        <Trans>Callback address</Trans>
      </h2>
      <p className={styles.quiet}>
        {help ? (
          <Trans>
            Give this to the provider, so that receipts and answers find their way back. It is as secret as a
            password.
          </Trans>
        ) : (
          <Trans>
            It goes along with each message, so receipts come by themselves. Enter it at the provider if
            people’s answers are to come here too. It is as secret as a password.
          </Trans>
        )}
      </p>
      {help && <p className={styles.quiet}>{help}</p>}
      <div className={styles.copy}>
        <code title={url}>{url}</code>
        <CopyButton text={url} label={t`Copy the callback address`} />
      </div>
    </section>
  );
}

function Delete({ channel }: { channel: Channel }) {
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState(false);
  const { remove } = useChannelActions(channel.id);
  if (channel.status !== 'unbound')
    return (
      <p className={styles.quiet} style={{ fontSize: 12, paddingLeft: 4 }}>
        <Trans>Only a channel that is not bound can be deleted. Unbind it first.</Trans>
      </p>
    );
  return (
    <div>
      <Button variant="danger" icon={<Trash2 />} onClick={() => setAsking(true)}>
        <Trans>Delete channel</Trans>
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={(open) => {
          setAsking(open);
          remove.reset();
        }}
        title={t`Delete “${channel.name}”?`}
        action={flowsOf(remove.error) ? t`Delete all the same` : t`Delete the channel`}
        busy={remove.isPending}
        onConfirm={() =>
          remove.mutate(flowsOf(remove.error) !== undefined, {
            onSuccess: () => {
              toast({ kind: 'success', title: t`“${channel.name}” is deleted` });
              navigate('/channels');
            },
            onError: (error) => {
              if (!flowsOf(error)) toast({ kind: 'error', ...describeError(error) });
            },
          })
        }
      >
        <p>
          <Trans>
            Its credentials and settings are lost. Flows that name <code>{channel.slug}</code> cannot be
            published until they name another channel.
          </Trans>
        </p>
        <FlowsInUse flows={flowsOf(remove.error)} />
      </ConfirmDialog>
    </div>
  );
}
