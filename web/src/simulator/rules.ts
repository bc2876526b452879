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
      problems[field] = `Write a time such as 2s or 1m30s${orNever ? ', or never' : ''}.`;
  };
  if (form.behaviour === 'automatic') {
    duration('deliveredAfter', true);
    duration('readAfter', true);
    if (form.replyText.trim()) duration('replyAfter', false);
  }
  if (form.behaviour === 'fails') duration('failAfter', false);
  return problems;
}

/** One sentence about what a phone with this rule does. */
export function describeRule(rule: PhoneRule): string {
  const form = readRule(rule);
  const code = form.failCode ? ` with ${form.failCode}` : '';
  switch (form.behaviour) {
    case 'manual':
      return 'Waits for you.';
    case 'refuses':
      return form.failClass === 'retryable'
        ? `Busy: every send is put off${code}.`
        : `Refuses every send${code}.`;
    case 'fails':
      return `Fails after ${spoken(form.failAfter)}${code}.`;
    case 'automatic': {
      const delivered =
        form.deliveredAfter === 'never'
          ? 'Never delivered'
          : `Delivered after ${spoken(form.deliveredAfter)}`;
      const read = form.readAfter === 'never' ? 'never read' : `read after ${spoken(form.readAfter)}`;
      const reply = form.replyText ? `, answers “${form.replyText}” after ${spoken(form.replyAfter)}` : '';
      return `${delivered}, ${read}${reply}.`;
    }
  }
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
