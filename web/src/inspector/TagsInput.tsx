import { useLingui } from '@lingui/react/macro';
import { X } from 'lucide-react';
import { useState } from 'react';
import type { Path } from '@/flow-model';
import { useFieldIds } from '@/ui';
import { useField, useForm } from './form';
import styles from './form.module.css';

/** A list of short codes: typed one after the other, parted by Enter, comma or space. */
export function TagsInput({ path, placeholder }: { path: Path; placeholder?: string | undefined }) {
  const { readOnly } = useForm();
  const { value, change } = useField(path);
  const tags = (Array.isArray(value) ? value : []).map(String).filter(Boolean);
  return <Tags tags={tags} onChange={change} readOnly={readOnly} placeholder={placeholder} />;
}

interface TagsProps {
  tags: string[];
  onChange(tags: string[]): void;
  readOnly: boolean;
  placeholder?: string | undefined;
  /** Words may hold spaces: only Enter and comma part them. */
  spaced?: boolean;
  'aria-label'?: string;
}

/** Short words, each of which can be removed. */
export function Tags({ tags, onChange, readOnly, placeholder, spaced = false, ...rest }: TagsProps) {
  const { t } = useLingui();
  const ids = useFieldIds();
  const [draft, setDraft] = useState('');
  const ends = spaced ? /[,;\n]+/ : /[\s,;]+/;

  const add = (text: string) => {
    const fresh = text
      .split(ends)
      .map((word) => word.trim())
      .filter(Boolean)
      .filter((tag, index, all) => all.indexOf(tag) === index && !tags.includes(tag));
    if (fresh.length > 0) onChange([...tags, ...fresh]);
    setDraft('');
  };
  const remove = (tag: string) => onChange(tags.filter((other) => other !== tag));

  return (
    <div className={styles.tags}>
      {tags.map((tag) => (
        <span key={tag} className={styles.tag}>
          {tag}
          {!readOnly && (
            <button type="button" aria-label={t`Remove ${tag}`} onClick={() => remove(tag)}>
              <X size={12} aria-hidden="true" />
            </button>
          )}
        </span>
      ))}
      <input
        {...ids}
        aria-label={rest['aria-label']}
        className={styles.tagInput}
        value={draft}
        readOnly={readOnly}
        placeholder={tags.length === 0 ? placeholder : undefined}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          const text = event.target.value;
          if (ends.test(text)) add(text);
          else setDraft(text);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            event.preventDefault();
            add(draft);
          } else if (event.key === 'Backspace' && draft === '' && tags.length > 0) {
            remove(tags.at(-1) as string);
          }
        }}
        onBlur={() => add(draft)}
      />
    </div>
  );
}
