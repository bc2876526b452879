import { t } from '@lingui/core/macro';
import { formatDuration, parseDuration } from '@/format/duration';
import type { PhoneRule } from './types';

/** A rule as its form edits it: every field is there, as text. */
export interface RuleForm {
  /** Empty: every channel type. */
  channelType: string;
  behaviour: 'automatic' | 'manual' | 'refuses' | 'fails';
  /** Durations, or "never". */
  deliveredAfter: string;
  readAfter: string;
  failClass: 'permanent' | 'retryable' | 'auth' | 'unknown';
  failCode: string;
  failAfter: string;
  replyText: string;
  replyAfter: string;
}

/** What a phone does without a rule, as the simulator has it. */
export const defaultForm: RuleForm = {
  channelType: '',
  behaviour: 'automatic',
  deliveredAfter: '1s',
  readAfter: '2s',
  failClass: 'permanent',
  failCode: '',
  failAfter: '1s',
  replyText: '',
  replyAfter: '5s',
};

export function readRule(rule: PhoneRule): RuleForm {
  return {
    channelType: rule.channel_type ?? '',
    behaviour: rule.manual
      ? 'manual'
      : rule.fail?.when === 'send'
        ? 'refuses'
        : rule.fail?.when === 'receipt'
          ? 'fails'
          : 'automatic',
    deliveredAfter: rule.delivered_after || defaultForm.deliveredAfter,
    readAfter: rule.read_after || defaultForm.readAfter,
    failClass: rule.fail?.class ?? 'permanent',
    failCode: rule.fail?.code ?? '',
    failAfter: rule.fail?.after || defaultForm.failAfter,
    replyText: rule.reply?.text ?? '',
    replyAfter: rule.reply?.after || defaultForm.replyAfter,
  };
}

/** Makes the rule that the form describes; fields that its behaviour does not use are left out. */
export function writeRule(recipient: string, form: RuleForm): PhoneRule {
  const rule: PhoneRule = { recipient };
  if (form.channelType) rule.channel_type = form.channelType;
  const code = form.failCode.trim();
  switch (form.behaviour) {
    case 'manual':
      rule.manual = true;
      return rule;
    case 'refuses':
      rule.fail = { when: 'send', class: form.failClass, ...(code ? { code } : {}) };
      return rule;
    case 'fails':
      rule.fail = { when: 'receipt', after: form.failAfter.trim(), ...(code ? { code } : {}) };
      return rule;
    case 'automatic':
      rule.delivered_after = form.deliveredAfter.trim();
      rule.read_after = form.readAfter.trim();
      if (form.replyText.trim()) rule.reply = { after: form.replyAfter.trim(), text: form.replyText.trim() };
      return rule;
  }
}

/** What is wrong with a form, by field; empty when it can be saved. */
export function checkRule(form: RuleForm): Partial<Record<keyof RuleForm, string>> {
  const problems: Partial<Record<keyof RuleForm, string>> = {};
  const duration = (field: 'deliveredAfter' | 'readAfter' | 'failAfter' | 'replyAfter', orNever: boolean) => {
    const value = form[field].trim();
    if (orNever && value === 'never') return;
    if (parseDuration(value) === undefined)
      problems[field] = orNever
        ? t`Write a time such as 2s or 1m30s, or never.`
        : t`Write a time such as 2s or 1m30s.`;
  };
  if (form.behaviour === 'automatic') {
    duration('deliveredAfter', true);
    duration('readAfter', true);
    if (form.replyText.trim()) duration('replyAfter', false);
  }
  if (form.behaviour === 'fails') duration('failAfter', false);
  return problems;
}

/** What a phone with this rule does: a sentence or two. */
export function describeRule(rule: PhoneRule): string {
  const form = readRule(rule);
  const code = form.failCode;
  switch (form.behaviour) {
    case 'manual':
      return t`Waits for you.`;
    case 'refuses':
      if (form.failClass === 'retryable')
        return code ? t`Busy: every send is put off with ${code}.` : t`Busy: every send is put off.`;
      return code ? t`Refuses every send with ${code}.` : t`Refuses every send.`;
    case 'fails': {
      const after = spoken(form.failAfter);
      return code ? t`Fails after ${after} with ${code}.` : t`Fails after ${after}.`;
    }
    case 'automatic': {
      const text = form.replyText;
      const after = spoken(form.replyAfter);
      return text
        ? `${describeReceipts(form)} ${t`Answers “${text}” after ${after}.`}`
        : describeReceipts(form);
    }
  }
}

function describeReceipts(form: RuleForm): string {
  const delivered = form.deliveredAfter === 'never' ? undefined : spoken(form.deliveredAfter);
  const read = form.readAfter === 'never' ? undefined : spoken(form.readAfter);
  if (delivered && read) return t`Delivered after ${delivered}, read after ${read}.`;
  if (delivered) return t`Delivered after ${delivered}, never read.`;
  return read ? t`Never delivered, read after ${read}.` : t`Never delivered, never read.`;
}

/** The rules of one recipient, and those of all others untouched beside them. */
export function replaceRules(
  all: readonly PhoneRule[],
  recipient: string,
  own: readonly PhoneRule[],
): PhoneRule[] {
  return [...all.filter((rule) => rule.recipient !== recipient), ...own];
}

function spoken(duration: string): string {
  const milliseconds = parseDuration(duration);
  return milliseconds === undefined ? duration : formatDuration(milliseconds);
}
