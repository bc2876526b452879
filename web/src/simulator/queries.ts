import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import { useServerEvent } from '@/api/events';
import { describeError } from '@/api/problem';
import { useStaleAfterEvents } from '@/runs/useStaleAfterEvents';
import { toast } from '@/ui';
import type { SentFile } from './attachments';
import type { FailureCode, Receipt } from './receipts';
import type { PhoneReply, PhoneRule } from './types';

export const phonesQuery = queryOptions({
  queryKey: ['phones', 'list'],
  queryFn: async () => (await unwrap(api.GET('/simulator/phones'))).items,
});

/** The newest messages of one recipient, or of one run. */
export const phoneMessagesQuery = (of: { recipient?: string; run?: string }) =>
  queryOptions({
    queryKey: ['phones', 'messages', of],
    queryFn: async () =>
      (await unwrap(api.GET('/simulator/messages', { params: { query: { ...of, limit: 200 } } }))).items,
  });

export const phoneRulesQuery = queryOptions({
  queryKey: ['phones', 'rules'],
  queryFn: async () => (await unwrap(api.GET('/simulator/rules'))).rules,
});

/** Where the server has the file of a message from a phone. */
export function phoneFileAddress(messageId: string): string {
  return `/api/v1/simulator/messages/${encodeURIComponent(messageId)}/file`;
}

/** Keeps what is shown of phones up to date while messages and receipts go back and forth. */
export function useLivePhones(): void {
  const stale = useStaleAfterEvents(['phones'], 300);
  useServerEvent('phone', stale);
}

/** What a person does at a simulated phone. */
export function usePhoneActions() {
  const queries = useQueryClient();
  const renew = () => queries.invalidateQueries({ queryKey: ['phones'] });
  const onError = (error: Error) => toast({ kind: 'error', ...describeError(error) });
  const report = useMutation({
    mutationFn: ({ id, receipt, failure }: { id: string; receipt: Receipt; failure?: FailureCode }) => {
      const params = { path: { message_id: id } };
      if (receipt === 'failed')
        return unwrap(api.POST('/simulator/messages/{message_id}/failed', { params, body: failure ?? {} }));
      return unwrap(api.POST(`/simulator/messages/{message_id}/${receipt}`, { params }));
    },
    onSettled: renew,
    onError,
  });
  const reply = useMutation({
    mutationFn: (body: PhoneReply) => unwrap(api.POST('/simulator/replies', { body })),
    onSettled: renew,
    onError,
  });
  const send = useMutation({
    mutationFn: ({
      file,
      form,
      text,
      ...to
    }: SentFile & { recipient: string; channel_type: string; channel?: string }) =>
      unwrap(
        api.POST('/simulator/files', {
          params: {
            query: {
              ...to,
              type: form,
              filename: file.name.slice(-200),
              ...(file.type ? { content_type: file.type.slice(0, 100) } : {}),
              ...(text ? { text } : {}),
            },
          },
          headers: { 'Content-Type': 'application/octet-stream' },
          // The client describes the body as text; it goes out as it is.
          body: file as unknown as string,
          bodySerializer: (body) => body as unknown as Blob,
        }),
      ),
    onSettled: renew,
    onError,
  });
  const clear = useMutation({
    mutationFn: () => unwrap(api.DELETE('/simulator/messages')),
    onSettled: renew,
    onError,
  });
  return { report, reply, send, clear };
}

/** Stores the whole set of rules. */
export function useSaveRules() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (rules: PhoneRule[]) => unwrap(api.PUT('/simulator/rules', { body: { rules } })),
    onSuccess: (stored) => queries.setQueryData(phoneRulesQuery.queryKey, stored.rules),
    onError: (error) => toast({ kind: 'error', ...describeError(error) }),
  });
}
