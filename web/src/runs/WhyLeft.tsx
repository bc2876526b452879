import { Trans } from '@lingui/react/macro';
import { formatClock } from '@/format/moment';
import { words } from '@/format/words';
import { whyOf } from './replay';
import type { RunStep } from './types';

/** Why a run left a step by the port that it took. */
export function WhyLeft({ step }: { step: RunStep }) {
  const why = whyOf(step);
  const detail = 'code' in why ? [why.code, why.reason].filter(Boolean).join(': ') : '';
  switch (why.kind) {
    case 'waits':
      return null;
    case 'at_once':
      return <Trans>It went on at once.</Trans>;
    case 'deadline':
      return <Trans>Its deadline passed at {formatClock(why.due)}.</Trans>;
    case 'receipt':
      return (
        <>
          <Trans>A receipt came: {words(why.status)}.</Trans> {detail}
        </>
      );
    case 'send':
      return (
        <>
          <Trans>The provider answered: {words(why.status)}.</Trans> {detail}
        </>
      );
    case 'reply':
      return <Trans>A reply came.</Trans>;
    case 'cancel':
      return <Trans>The run was cancelled.</Trans>;
    case 'event':
      return <Trans>This happened: {words(why.event)}.</Trans>;
  }
}
