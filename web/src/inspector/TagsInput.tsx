import { X } from 'lucide-react';
import { useState } from 'react';
import type { Path } from '@/flow-model';
import { useFieldIds } from '@/ui';
import { useField, useForm } from './form';
import styles from './form.module.css';

/** A list of short codes: typed one after the other, parted by Enter, comma or space. */
export function TagsInput({ path, placeholder }: { path: Path; placeholder?: string | undefined }) {
  const ids = useFieldIds();
  const { readOnly } = useForm();
  const { value, change } = useField(path);
  const [draft, setDraft] = useState('');
  const tags = (Array.isArray(value) ? value : []).map(String).filter(Boolean);

  const add = (text: string) => {
    const fresh = text
      .split(/[\s,;]+/)
      .filter(Boolean)
      .filter((tag, index, all) => all.indexOf(tag) === index && !tags.includes(tag));
    if (fresh.length > 0) change([...tags, ...fresh]);
    setDraft('');
  };
  const remove = (tag: string) => change(tags.filter((other) => other !== tag));

  return (
    <div className={styles.tags}>
      {tags.map((tag) => (
        <span key={tag} className={styles.tag}>
          {tag}
          {!readOnly && (
            <button type="button" aria-label={`Remove ${tag}`} onClick={() => remove(tag)}>
              <X size={12} aria-hidden="true" />
            </button>
          )}
        </span>
      ))}
      <input
        {...ids}
        className={styles.tagInput}
        value={draft}
        readOnly={readOnly}
        placeholder={tags.length === 0 ? placeholder : undefined}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          const text = event.target.value;
          if (/[\s,;]/.test(text)) add(text);
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
