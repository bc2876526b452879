import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { channelTypeLook } from '@/channels/channelTypes';
import { Button, ErrorState, IconButton, Skeleton, toast } from '@/ui';
import { phoneRulesQuery, useSaveRules } from './queries';
import styles from './RecipientRules.module.css';
import { RuleFields } from './RuleFields';
import {
  checkRule,
  defaultForm,
  describeRule,
  type RuleForm,
  readRule,
  replaceRules,
  writeRule,
} from './rules';
import type { PhoneRule } from './types';

/** How one phone (or, with "*", every phone) answers by itself. */
export function RecipientRules({ recipient }: { recipient: string }) {
  const rules = useQuery(phoneRulesQuery);
  return (
    <section className={styles.rules} aria-labelledby="phone-rules">
      <h2 id="phone-rules" className={styles.heading}>
        {recipient === '*' ? t`How phones behave` : t`How this phone behaves`}
      </h2>
      {rules.isError ? (
        <ErrorState error={rules.error} onRetry={() => void rules.refetch()} />
      ) : rules.data ? (
        <Editor recipient={recipient} all={rules.data} />
      ) : (
        <Skeleton height={56} radius={8} />
      )}
    </section>
  );
}

function Editor({ recipient, all }: { recipient: string; all: PhoneRule[] }) {
  const own = all.filter((rule) => rule.recipient === recipient);
  const [draft, setDraft] = useState<Edited[]>();
  const save = useSaveRules();

  const store = (next: PhoneRule[]) =>
    save.mutate(replaceRules(all, recipient, next), {
      onSuccess: () => {
        setDraft(undefined);
        toast({ kind: 'success', title: t`The phone behaves as you said from now on` });
      },
    });

  if (!draft) {
    return (
      <>
        <ul className={styles.sentences}>
          {own.length === 0 && <li>{fallback(recipient, all)}</li>}
          {own.map((rule) => (
            <li key={rule.channel_type ?? ''}>
              {rule.channel_type && <b>{channelTypeLook(rule.channel_type).title}: </b>}
              {describeRule(rule)}
            </li>
          ))}
        </ul>
        <div className={styles.buttons}>
          <Button
            size="small"
            onClick={() => setDraft(edited(own.length > 0 ? own.map(readRule) : [defaultForm]))}
          >
            <Trans>Change</Trans>
          </Button>
          {own.length > 0 && (
            <Button size="small" variant="ghost" busy={save.isPending} onClick={() => store([])}>
              {recipient === '*' ? t`Back to the default` : t`Behave like all phones`}
            </Button>
          )}
        </div>
      </>
    );
  }

  const types = draft.map(({ form }) => form.channelType);
  const twice = types.find((type, index) => types.indexOf(type) !== index);
  const problems = draft.map(({ form }) => checkRule(form));
  const wrong = twice !== undefined || problems.some((problem) => Object.keys(problem).length > 0);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!wrong) store(draft.map(({ form }) => writeRule(recipient, form)));
      }}
    >
      {draft.map(({ key, form }, index) => (
        <fieldset key={key} className={styles.card}>
          <legend className="visually-hidden">{t`Rule ${index + 1}`}</legend>
          <RuleFields
            form={form}
            problems={problems[index] ?? {}}
            onChange={(next) =>
              setDraft(draft.map((rule) => (rule.key === key ? { key, form: next } : rule)))
            }
          />
          {draft.length > 1 && (
            <IconButton
              label={t`Remove rule ${index + 1}`}
              size="small"
              className={styles.remove}
              onClick={() => setDraft(draft.filter((rule) => rule.key !== key))}
            >
              <Trash2 />
            </IconButton>
          )}
        </fieldset>
      ))}
      {twice !== undefined && (
        <p className={styles.twice} role="alert">
          {twice
            ? t`Two rules are for ${channelTypeLook(twice).title}. Give each its own channel, or remove one.`
            : t`Two rules are for every channel. Give each its own channel, or remove one.`}
        </p>
      )}
      <div className={styles.buttons}>
        <Button type="submit" variant="primary" size="small" busy={save.isPending} disabled={wrong}>
          <Trans>Save</Trans>
        </Button>
        <Button size="small" onClick={() => setDraft(undefined)}>
          <Trans>Cancel</Trans>
        </Button>
        <Button
          size="small"
          variant="ghost"
          icon={<Plus />}
          onClick={() => setDraft(added(draft, { ...defaultForm, channelType: freeType(types) }))}
        >
          <Trans>Another rule for one channel</Trans>
        </Button>
      </div>
    </form>
  );
}

/** What holds for a phone without rules of its own. */
function fallback(recipient: string, all: PhoneRule[]): string {
  const general =
    recipient === '*' ? undefined : all.find((rule) => rule.recipient === '*' && !rule.channel_type);
  const sentence = describeRule(general ?? { recipient: '*' });
  return recipient === '*' ? sentence : t`As all phones: ${sentence}`;
}

function freeType(taken: string[]): string {
  return ['sms', 'viber', 'whatsapp'].find((type) => !taken.includes(type)) ?? 'sms';
}

/** Rules have no identity of their own; while edited they need one. */
interface Edited {
  key: number;
  form: RuleForm;
}

function edited(forms: RuleForm[]): Edited[] {
  return forms.map((form, key) => ({ key, form }));
}

function added(draft: Edited[], form: RuleForm): Edited[] {
  return [...draft, { key: Math.max(-1, ...draft.map((rule) => rule.key)) + 1, form }];
}
