import { useEffect, useState } from 'react';

type Module = typeof import('./editor');

let loaded: Module | undefined;

/** The editor's code, or undefined until it is there; when it cannot be loaded plain fields stay. */
export function useCodeModule(): Module | undefined {
  const [module, setModule] = useState(loaded);
  useEffect(() => {
    if (loaded) return undefined;
    let gone = false;
    import('./editor').then(
      (code) => {
        loaded = code;
        if (!gone) setModule(code);
      },
      // Offline, or a newer version was rolled out: the plain field does all but colours.
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, []);
  return module;
}
