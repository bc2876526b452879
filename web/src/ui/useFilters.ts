import { useSearchParams } from 'wouter';

/** The filters of a list, kept in the address: back and reload never lose them. */
export function useFilters() {
  const [search, setSearch] = useSearchParams();
  return {
    search,
    /** Sets one filter; an empty value takes it away. */
    filter: (name: string, value: string) =>
      setSearch(
        (before) => {
          const after = new URLSearchParams(before);
          if (value) after.set(name, value);
          else after.delete(name);
          return after;
        },
        { replace: true },
      ),
    clear: () => setSearch({}, { replace: true }),
  };
}
