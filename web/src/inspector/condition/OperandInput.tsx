import { useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { isDay, type Path } from '@/flow-model';
import { Field, Input, Segmented, Tooltip } from '@/ui';
import { useField, useForm, useProblem } from '../form';
import formStyles from '../form.module.css';
import { Tags } from '../TagsInput';
import { TemplateInput } from '../TemplateInput';

interface OperandInputProps {
  path: Path;
  /** What the operator compares with. */
  takes: string;
  /** The type of the left side. */
  type: string;
  label: string;
}

/** The right side of a rule: a control for what the operator takes, or text with variables. */
export function OperandInput({ path, takes, type, label }: OperandInputProps) {
  const { t } = useLingui();
  const { readOnly } = useForm();
  const { value, change } = useField(path);
  const problem = useProblem(path);
  const text = typeof value === 'string' ? value : '';
  const kind = controlFor(takes, type);
  const [asText, setAsText] = useState(false);
  const fits = text === '' || (!text.includes('{{') && (kind !== 'date' || isDay(text)));
  if (kind === 'text' || asText || !fits) {
    return (
      <TemplateInput
        path={path}
        label={label}
        required
        help={takes === 'pattern' ? t`A regular expression that the whole text has to match.` : undefined}
        error={problem}
        multiline={false}
        placeholder={undefined}
        aside={
          kind !== 'text' && fits ? (
            <Other label={t`Use a fixed value`} onClick={() => setAsText(false)} sign="123" />
          ) : undefined
        }
      />
    );
  }
  const frame = {
    label,
    required: true,
    error: problem,
    aside: readOnly ? undefined : (
      <Other label={t`Use a variable for ${label}`} onClick={() => setAsText(true)} sign="{x}" />
    ),
  };
  switch (kind) {
    case 'boolean':
      return (
        <Field {...frame} group>
          <Segmented
            aria-label={label}
            size="small"
            value={text === 'true' || text === 'false' ? text : undefined}
            options={[
              { value: 'true', label: t`Yes` },
              { value: 'false', label: t`No` },
            ]}
            onChange={change}
            disabled={readOnly}
          />
        </Field>
      );
    case 'date':
      return (
        <Field {...frame}>
          <Input
            type="date"
            value={text}
            readOnly={readOnly}
            onChange={(event) => change(event.target.value)}
          />
        </Field>
      );
    case 'number':
      return (
        <Field {...frame}>
          <Input
            inputMode="decimal"
            value={text}
            readOnly={readOnly}
            onChange={(event) => change(event.target.value)}
          />
        </Field>
      );
    default:
      return (
        <Field {...frame}>
          <Tags
            tags={wordsIn(text)}
            onChange={(tags) =>
              change(tags.map((tag) => (kind === 'regions' ? tag.toUpperCase() : tag)).join(', '))
            }
            readOnly={readOnly}
            spaced={kind === 'list'}
            placeholder={kind === 'regions' ? t`e.g. PH` : t`Type a value, then Enter`}
          />
        </Field>
      );
  }
}

function controlFor(
  takes: string,
  type: string,
): 'text' | 'boolean' | 'number' | 'date' | 'list' | 'regions' {
  if (takes === 'number') return 'number';
  if (takes === 'moment') return 'date';
  if (takes === 'list') return 'list';
  if (takes === 'regions') return 'regions';
  if (takes !== 'value') return 'text';
  if (type === 'boolean') return 'boolean';
  if (type === 'integer' || type === 'number') return 'number';
  return type === 'date' ? 'date' : 'text';
}

function wordsIn(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
}

function Other({ label, onClick, sign }: { label: string; onClick(): void; sign: string }) {
  return (
    <Tooltip content={label}>
      <button type="button" className={formStyles.variableButton} aria-label={label} onClick={onClick}>
        {sign}
      </button>
    </Tooltip>
  );
}
