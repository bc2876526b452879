import { startEnglish } from './src/i18n/english';

// Before each file, most of which draw nothing: this imports as little as it can.
startEnglish();
