import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Eraser, Search, Smartphone } from 'lucide-react';
import { useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { useMay } from '@/app/SessionGate';
import { ChannelMark } from '@/channels/ChannelMark';
import { When } from '@/format/When';
import { Button, ConfirmDialog, classes, EmptyState, ErrorState, Input, Page, Skeleton } from '@/ui';
import { conversations } from './conversations';
import styles from './PhonesScreen.module.css';
import { phoneMessagesQuery, phoneRulesQuery, phonesQuery, useLivePhones, usePhoneActions } from './queries';
import { RecipientRules } from './RecipientRules';
import { LivePhone } from './RunPhones';
import type { PhoneRule, PhoneSummary } from './types';

/** The recipient that stands for all phones in rules. */
const everyone = '*';

/** `/phones`: simulated phones, what arrived on them, and how they behave. */
export function PhonesScreen() {
  const may = useMay('editor');
  return (
    <Page
      title={t`Phones`}
      description={t`Simulated phones: what people would see, without sending anything to anybody.`}
      actions={may && <ClearButton />}
    >
      {may ? (
        <Phones />
      ) : (
        <EmptyState
          icon={<Smartphone />}
          title={t`Phones show the true text of messages, so only editors see them.`}
          detail={t`Ask an administrator of this workspace for the editor role.`}
        />
      )}
    </Page>
  );
}

function Phones() {
  useLivePhones();
  const [search] = useSearchParams();
  const phones = useQuery(phonesQuery);
  const rules = useQuery(phoneRulesQuery);
  const [filter, setFilter] = useState('');
  if (phones.isError) return <ErrorState error={phones.error} onRetry={() => void phones.refetch()} />;

  const entries = listed(phones.data ?? [], rules.data ?? []);
  const shown = entries.filter((entry) => entry.recipient.includes(filter.trim()));
  const chosen = search.get('recipient') ?? phones.data?.[0]?.recipient ?? everyone;
  return (
    <div className={styles.screen}>
      <nav className={styles.list} aria-label={t`Phones`}>
        <Input
          type="search"
          aria-label={t`Find a phone by its number`}
          placeholder={t`Find a number`}
          leading={<Search />}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        <Entry
          recipient={everyone}
          current={chosen === everyone}
          title={t`All phones`}
          detail={t`How phones behave`}
        />
        {!phones.data && [0, 1, 2].map((row) => <Skeleton key={row} height={58} radius={8} />)}
        {shown.map((entry) => (
          <Entry
            key={entry.recipient}
            recipient={entry.recipient}
            current={entry.recipient === chosen}
            title={entry.recipient}
            phone={entry.phone}
            detail={entry.phone?.last_text ?? t`Has rules of its own`}
          />
        ))}
        {phones.data && shown.length === 0 && filter && (
          <p className={styles.none}>
            <Trans>No phone has this number.</Trans>
          </p>
        )}
      </nav>
      <div className={styles.detail}>
        {chosen !== everyone && <Screens recipient={chosen} />}
        {chosen === everyone && phones.data?.length === 0 && (
          <EmptyState
            icon={<Smartphone />}
            title={t`No phone has got a message yet.`}
            detail={t`Run a flow whose channels are simulated, and its messages arrive here.`}
            action={
              <Button asChild variant="primary">
                <Link href="/flows">
                  <Trans>Choose a flow to run</Trans>
                </Link>
              </Button>
            }
          />
        )}
        <RecipientRules key={chosen} recipient={chosen} />
      </div>
    </div>
  );
}

interface EntryProps {
  recipient: string;
  current: boolean;
  title: string;
  detail: string;
  phone?: PhoneSummary | undefined;
}

function Entry({ recipient, current, title, detail, phone }: EntryProps) {
  return (
    <Link
      href={`/phones?recipient=${encodeURIComponent(recipient)}`}
      className={classes(styles.entry, current && styles.current)}
      aria-current={current ? 'true' : undefined}
    >
      <span className={styles.line}>
        <span className={styles.title}>{title}</span>
        {phone && (
          <span className={styles.when}>
            <When at={phone.last_at} />
          </span>
        )}
      </span>
      <span className={styles.line}>
        <span className={styles.last}>{detail}</span>
        {phone?.channel_types.map((type) => (
          <ChannelMark key={type} type={type} />
        ))}
      </span>
    </Link>
  );
}

function Screens({ recipient }: { recipient: string }) {
  const messages = useQuery(phoneMessagesQuery({ recipient }));
  if (messages.isError) return <ErrorState error={messages.error} onRetry={() => void messages.refetch()} />;
  if (!messages.data) return <Skeleton width={320} height={440} radius={24} />;
  const screens = conversations(messages.data);
  if (screens.length === 0)
    return (
      <p className={styles.none}>
        <Trans>Nothing has arrived on this phone yet.</Trans>
      </p>
    );
  return (
    <div className={styles.screens}>
      {screens.map((screen) => (
        <LivePhone key={screen.channelType} screen={screen} />
      ))}
    </div>
  );
}

/** Phones with messages as the server lists them, then recipients that only have rules. */
function listed(phones: PhoneSummary[], rules: PhoneRule[]): { recipient: string; phone?: PhoneSummary }[] {
  const known = new Set(phones.map((phone) => phone.recipient));
  const only = new Set(rules.map((rule) => rule.recipient).filter((r) => r !== everyone && !known.has(r)));
  return [
    ...phones.map((phone) => ({ recipient: phone.recipient, phone })),
    ...[...only].map((recipient) => ({ recipient })),
  ];
}

function ClearButton() {
  const [asking, setAsking] = useState(false);
  const { clear } = usePhoneActions();
  return (
    <>
      <Button icon={<Eraser />} onClick={() => setAsking(true)}>
        <Trans>Clear all phones</Trans>
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t`Clear all phones?`}
        action={t`Clear all phones`}
        busy={clear.isPending}
        onConfirm={() => clear.mutate(undefined, { onSuccess: () => setAsking(false) })}
      >
        <p>
          <Trans>
            Every message on every simulated phone is lost. Runs and their records stay; rules stay too.
          </Trans>
        </p>
      </ConfirmDialog>
    </>
  );
}
