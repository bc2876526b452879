import { t } from '@lingui/core/macro';
import type { CodeWords } from './scope';

/** A type in words: "phone number". */
export function typeWords(type: string): string {
  switch (type) {
    case 'string':
      return t`text`;
    case 'phone':
      return t`phone number`;
    case 'email':
      return t`email address`;
    case 'integer':
      return t`whole number`;
    case 'number':
      return t`number`;
    case 'boolean':
      return t`yes or no`;
    case 'date':
      return t`date`;
    case 'datetime':
      return t`date and time`;
    case 'json':
    case 'object':
      return t`list or object`;
    case 'any':
      return t`any value`;
    default:
      return type;
  }
}

export function codeWords(): CodeWords {
  return {
    type: typeWords,
    setBy: (source) => t`set by ${source}`,
    mayBeEmpty: t`may be empty`,
    secret: t`secret`,
    example: t`e.g.`,
    missingNode: t`deleted node`,
    groups: {
      inputs: t`Inputs`,
      variables: t`Variables`,
      steps: t`Results of earlier nodes`,
      run: t`Every run`,
      functions: t`Functions`,
    },
  };
}
