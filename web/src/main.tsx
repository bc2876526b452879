import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from '@/app/App';
import { startTheme } from '@/app/theme';
import { NoWords, startLanguage } from '@/i18n';
import '@/ui/tokens.css';
import '@/ui/base.css';

startTheme();

const element = document.getElementById('root');
if (!element) throw new Error('index.html has no element with the id "root"');
const root = createRoot(element);
startLanguage().then(
  () =>
    root.render(
      <StrictMode>
        <App />
      </StrictMode>,
    ),
  () => root.render(<NoWords />),
);
