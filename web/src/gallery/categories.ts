import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Category } from './types';

/** What people look for, in the order of the buttons. */
export const categories: readonly { value: Category; title: MessageDescriptor }[] = [
  { value: 'security', title: msg`Security` },
  { value: 'orders', title: msg`Orders` },
  { value: 'appointments', title: msg`Appointments` },
  { value: 'payments', title: msg`Payments` },
  { value: 'marketing', title: msg`Marketing` },
  { value: 'service', title: msg`Service` },
  { value: 'feedback', title: msg`Feedback` },
];
