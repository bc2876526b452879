import { startEnglish } from './src/i18n/testing';

startEnglish();
