import { useState } from 'react';
import type { FieldSchema, Path } from '@/flow-model';
import { Input } from '@/ui';
import { useField, useForm } from './form';

/** A number; what is no number yet ("-") stays in the field and out of the flow. */
export function NumberInput({
  schema,
  path,
  placeholder,
}: {
  schema: FieldSchema;
  path: Path;
  placeholder?: string | undefined;
}) {
  const { readOnly } = useForm();
  const { value, change } = useField(path);
  const [draft, setDraft] = useState<string>();
  return (
    <Input
      inputMode={schema.type === 'integer' ? 'numeric' : 'decimal'}
      value={draft ?? (typeof value === 'number' ? String(value) : '')}
      placeholder={placeholder ?? (schema.default === undefined ? undefined : String(schema.default))}
      readOnly={readOnly}
      onChange={(event) => {
        const text = event.target.value.trim();
        setDraft(event.target.value);
        if (text === '') change(undefined);
        else if (/^-?\d+(\.\d+)?$/.test(text)) change(Number(text));
      }}
      onBlur={() => setDraft(undefined)}
    />
  );
}
