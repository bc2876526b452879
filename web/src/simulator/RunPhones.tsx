import { t } from '@lingui/core/macro';
import { useQueries, useQuery } from '@tanstack/react-query';
import { Smartphone } from 'lucide-react';
import { useMay } from '@/app/SessionGate';
import { channelTypesQuery } from '@/channels/queries';
import { EmptyState, ErrorState, Skeleton } from '@/ui';
import { type Conversation, conversations, messagesOfRun } from './conversations';
import { Phone } from './Phone';
import { phoneMessagesQuery, useLivePhones, usePhoneActions } from './queries';
import styles from './RunPhones.module.css';

/** The phones that a run wrote to, one screen per channel type, to watch and to answer from. */
export function RunPhones({ runId }: { runId: string }) {
  const may = useMay('editor');
  if (!may)
    return (
      <EmptyState
        icon={<Smartphone />}
        title={t`Phones show the true text, so only editors see them.`}
        detail={t`Ask an administrator of this workspace for the editor role.`}
      />
    );
  return <Phones runId={runId} />;
}

function Phones({ runId }: { runId: string }) {
  useLivePhones();
  const sent = useQuery(phoneMessagesQuery({ run: runId }));
  const recipients = [...new Set(sent.data?.map((message) => message.recipient))];
  // Answers name no run, so each phone is read as a whole.
  const phones = useQueries({ queries: recipients.map((recipient) => phoneMessagesQuery({ recipient })) });
  const failed = [sent, ...phones].find((query) => query.isError && !query.data);
  if (failed) return <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!sent.data) return <Skeleton height={440} radius={24} />;
  const whole = phones.flatMap((phone) => phone.data ?? []);
  const known = new Set(whole.map((message) => message.id));
  const screens = conversations(
    messagesOfRun([...whole, ...sent.data.filter((message) => !known.has(message.id))], runId),
  );
  if (screens.length === 0)
    return (
      <EmptyState
        icon={<Smartphone />}
        title={t`No simulated phone has got a message from this run.`}
        detail={t`Messages through real channels arrive on real phones.`}
      />
    );
  return (
    <div className={styles.phones}>
      {screens.map((screen) => (
        <LivePhone key={`${screen.recipient} ${screen.channelType}`} screen={screen} />
      ))}
    </div>
  );
}

/** A phone that reports receipts and answers to the server. */
export function LivePhone({ screen }: { screen: Conversation }) {
  const { report, reply, send } = usePhoneActions();
  const types = useQuery(channelTypesQuery);
  const to = {
    recipient: screen.recipient,
    channel_type: screen.channelType,
    ...(screen.channel ? { channel: screen.channel } : {}),
  };
  return (
    <Phone
      channelType={screen.channelType}
      recipient={screen.recipient}
      sender={screen.channel}
      messages={screen.messages}
      onReceipt={(message, receipt, failure) =>
        report.mutate({ id: message.id, receipt, ...(failure ? { failure } : {}) })
      }
      onReply={(text, tapped) =>
        reply.mutate({
          ...to,
          text,
          // What is tapped answers its own message, whatever came after it.
          ...(tapped ? { reply_to: tapped.message.id, channel: tapped.message.channel } : {}),
          ...(tapped?.id ? { button_id: tapped.id } : {}),
        })
      }
      attachments={types.data?.get(screen.channelType)?.attachments}
      onAttach={(sent) =>
        send.mutateAsync({ ...to, ...sent }).then(
          () => true,
          // The toast says why.
          () => false,
        )
      }
    />
  );
}
