export { LanguageProvider } from './LanguageProvider';
export { LanguageSelect } from './LanguageSelect';
export { type Language, languages } from './languages';
export { NoWords } from './NoWords';
export { startLanguage } from './show';
