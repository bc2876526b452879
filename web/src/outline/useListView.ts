import { useCallback } from 'react';
import { useSearchParams } from 'wouter';
import { useMediaQuery } from '@/ui';

/** Screens on which a canvas has no room: the list is what they begin with. */
const narrow = '(max-width: 720px)';

/** Whether the flow is shown as a list; the address keeps what was chosen: ?view=list or ?view=canvas. */
export function useListView(): { list: boolean; toggle(): void } {
  const [search, setSearch] = useSearchParams();
  const byScreen = useMediaQuery(narrow);
  const chosen = search.get('view');
  const list = chosen === 'list' || (chosen !== 'canvas' && byScreen);
  const toggle = useCallback(
    () =>
      setSearch(
        (before) => {
          const after = new URLSearchParams(before);
          after.set('view', list ? 'canvas' : 'list');
          return after;
        },
        { replace: true },
      ),
    [list, setSearch],
  );
  return { list, toggle };
}
