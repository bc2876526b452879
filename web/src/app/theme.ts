import { create } from 'zustand';

export type ThemeChoice = 'system' | 'light' | 'dark';

const storageKey = 'sluice.theme';
const systemDark = () => window.matchMedia('(prefers-color-scheme: dark)');

function stored(): ThemeChoice {
  const value = localStorage.getItem(storageKey);
  return value === 'light' || value === 'dark' ? value : 'system';
}

function show(choice: ThemeChoice): void {
  const dark = choice === 'dark' || (choice === 'system' && systemDark().matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}

interface ThemeState {
  choice: ThemeChoice;
  choose(choice: ThemeChoice): void;
}

/** The colour theme: the system's, unless the user chose one. */
export const useTheme = create<ThemeState>((set) => ({
  choice: 'system',
  choose: (choice) => {
    if (choice === 'system') localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, choice);
    show(choice);
    set({ choice });
  },
}));

/** Shows the stored theme and follows the system's; called once, before the first render. */
export function startTheme(): void {
  const choice = stored();
  useTheme.setState({ choice });
  show(choice);
  systemDark().addEventListener('change', () => show(useTheme.getState().choice));
}
