import { t } from '@lingui/core/macro';
import { Field, Input } from '@/ui';
import { TemplatePhone } from './TemplateBubble';
import styles from './TemplateEditor.module.css';
import type { TemplateParts } from './types';

interface TemplatePreviewProps {
  channelType: string;
  template: TemplateParts;
  /** What each parameter is called, in order. */
  labels: readonly string[];
  /** What the provider was shown as an example of each. */
  examples: readonly string[];
  samples: readonly string[];
  onSamples(samples: string[]): void;
}

/** How the message looks on a phone, with sample parameters. */
export function TemplatePreview({
  channelType,
  template,
  labels,
  examples,
  samples,
  onSamples,
}: TemplatePreviewProps) {
  const values = labels.map((_, index) => samples[index] || examples[index]);
  return (
    <aside className={styles.preview} aria-label={t`Preview`}>
      <TemplatePhone channelType={channelType} template={template} values={values} />
      {labels.length > 0 && (
        <div className={styles.samples}>
          {labels.map((label, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: parameters are told apart by their place
            <Field key={index} label={label}>
              <Input
                value={samples[index] ?? ''}
                placeholder={examples[index] || `{{${index + 1}}}`}
                onChange={(event) => {
                  const next = labels.map((_, place) => samples[place] ?? '');
                  next[index] = event.target.value;
                  onSamples(next);
                }}
              />
            </Field>
          ))}
        </div>
      )}
    </aside>
  );
}
