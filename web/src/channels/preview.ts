import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, unwrap } from '@/api/client';
import type { ChannelForm } from './form';
import type { Provider } from './types';

/** Typing goes on for so long before the server is asked, in milliseconds. */
const pause = 300;

/** What the settings make of a sample message, and what they read from a callback. Nothing is sent. */
export function usePreview(form: ChannelForm, provider: Provider, callback = '') {
  const body = useSettled({
    type: form.type,
    base_url: form.baseUrl.trim(),
    settings: form.settings,
    callback,
  });
  return useQuery({
    queryKey: ['providers', 'preview', provider.name, body],
    queryFn: () =>
      unwrap(
        api.POST('/providers/{provider_name}/preview', {
          params: { path: { provider_name: provider.name } },
          body,
        }),
      ),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

/** The value as it is when it has not changed for a moment. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(text) as T), pause);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
