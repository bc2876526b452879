import { t } from '@lingui/core/macro';
import { Phone } from '@/simulator/Phone';
import type { PhoneMessage } from '@/simulator/types';
import { Field, Input } from '@/ui';
import styles from './TemplateEditor.module.css';

interface TemplatePreviewProps {
  channelType: string;
  /** With the samples filled in. */
  text: string;
  parameters: number;
  samples: readonly string[];
  onSamples(samples: string[]): void;
}

/** How the message looks on a phone, with sample parameters. */
export function TemplatePreview({ channelType, text, parameters, samples, onSamples }: TemplatePreviewProps) {
  return (
    <aside className={styles.preview} aria-label={t`Preview`}>
      <Phone
        channelType={channelType}
        recipient="+639171234567"
        sender={t`Your business`}
        messages={text ? [sample(channelType, text)] : []}
      />
      {parameters > 0 && (
        <div className={styles.samples}>
          {Array.from({ length: parameters }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: parameters are told apart by their place
            <Field key={index} label={t`Sample for ${`{{${index + 1}}}`}`}>
              <Input
                value={samples[index] ?? ''}
                placeholder={`{{${index + 1}}}`}
                onChange={(event) => {
                  const next = Array.from({ length: parameters }, (_, place) => samples[place] ?? '');
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

function sample(channelType: string, text: string): PhoneMessage {
  const at = new Date(2026, 0, 1, 9, 41).toISOString();
  return {
    id: 'preview',
    recipient: '',
    channel_id: '',
    channel: '',
    channel_type: channelType,
    direction: 'outbound',
    text,
    content: { type: 'text', text },
    status: 'delivered',
    code: '',
    reason: '',
    run_id: '',
    visit: 0,
    at,
    delivered_at: at,
    read_at: null,
    failed_at: null,
  };
}
