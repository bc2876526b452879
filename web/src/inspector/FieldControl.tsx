import { t } from '@lingui/core/macro';
import { RotateCcw } from 'lucide-react';
import { type FieldSchema, fieldsOf, kindOf, type Path } from '@/flow-model';
import { Field, IconButton, Input, Segmented, Select, Switch, Textarea } from '@/ui';
import { ChannelPicker } from './ChannelPicker';
import { ObjectFields } from './ConfigForm';
import { DurationInput } from './DurationInput';
import { useField, useForm, useProblem } from './form';
import styles from './form.module.css';
import { ListControl } from './ListControl';
import { MomentPicker, MomentWords } from './MomentPicker';
import { NodePicker } from './NodePicker';
import { NumberInput } from './NumberInput';
import { PortInput } from './PortInput';
import { TagsInput } from './TagsInput';
import { TemplateInput } from './TemplateInput';
import { TemplateLanguage, TemplateParameters, templateMessageAt } from './TemplateMessage';
import { TemplatePicker } from './TemplatePicker';
import { UnionControl } from './UnionControl';
import { useCategoryNote } from './useCategoryNote';
import { ValueInput } from './ValueInput';
import { VariableInput } from './VariableInput';

export interface FieldControlProps {
  schema: FieldSchema;
  path: Path;
  label: string;
  required: boolean;
}

/** Stands for "no value" in a list of choices; no choice is called that. */
const unset = '\u0000';

/** Choices with at most this many short words stand side by side; others drop down. */
const segmentedChoices = 3;
const segmentedLetters = 26;

/** The control for one field, with its label, help and what is wrong with it. */
export function FieldControl(props: FieldControlProps) {
  // Findings lead to their field by its path.
  return (
    <div className={styles.place} data-field={props.path.join('/')}>
      <Part {...props} />
    </div>
  );
}

/** Of a message that sends a template, language and parameters follow from the template. */
function Part(props: FieldControlProps) {
  const { node } = useForm();
  const { schema, path, label } = props;
  const error = useProblem(path, { deep: false });
  if (path.length === 1 && path[0] === 'category') return <CategoryControl {...props} />;
  const plain = <Control {...props} />;
  if (!templateMessageAt(node.config, path)) return plain;
  switch (path.at(-1)) {
    case 'language':
      return (
        <TemplateLanguage path={path} plain={plain} frame={{ label, help: schema.description, error }} />
      );
    case 'parameters':
      return <TemplateParameters path={path} plain={plain} schema={schema} error={error} />;
    default:
      return plain;
  }
}

/** A category says so where the channel's provider takes no notice of it. */
function CategoryControl(props: FieldControlProps) {
  const note = useCategoryNote();
  const help = [props.schema.description, note].filter(Boolean).join(' ');
  return <Control {...props} schema={{ ...props.schema, description: help }} />;
}

function Control({ schema, path, label, required }: FieldControlProps) {
  const { readOnly } = useForm();
  const { value, change } = useField(path);
  const kind = kindOf(schema);
  const isTags = kind === 'list' && schema.items !== undefined && kindOf(schema.items) === 'code';
  const problem = useProblem(path, { deep: kind === 'value' || isTags });
  const notes = schema['x-sluice'];
  const itemExample = schema.items?.['x-sluice']?.example;
  const reset = schema.default !== undefined &&
    value !== undefined &&
    value !== schema.default &&
    !readOnly && <ResetButton label={label} onClick={() => change(undefined)} />;
  const frame = {
    label,
    required,
    help: schema.description,
    error: problem,
    ...(reset ? { aside: reset } : {}),
  };
  const text = typeof value === 'string' ? value : '';
  // Said as an example, so that nobody takes it for a value.
  const example = notes?.example;
  const placeholder = defaultText(schema) ?? (example && t`e.g. ${example}`);

  switch (kind) {
    case 'object':
      return (
        <Field {...frame} group>
          <div className={styles.nested}>
            <ObjectFields fields={fieldsOf(schema)} path={path} />
          </div>
        </Field>
      );
    case 'list':
      return isTags ? (
        <Field {...frame}>
          <TagsInput path={path} placeholder={itemExample && t`e.g. ${itemExample}`} />
        </Field>
      ) : (
        <ListControl schema={schema} path={path} {...frame} />
      );
    case 'union':
    case 'ref':
      return <UnionControl schema={schema} path={path} {...frame} />;
    case 'template':
    case 'expression':
      return (
        <TemplateInput
          {...frame}
          path={path}
          multiline={notes?.multiline ?? false}
          placeholder={placeholder}
          expression={kind === 'expression'}
          {...(notes?.moment
            ? { aside: <MomentPicker path={path} label={label} />, below: <MomentWords path={path} /> }
            : {})}
        />
      );
    case 'value':
      return <ValueInput {...frame} path={path} placeholder={placeholder} />;
    case 'duration':
      return (
        <Field {...frame}>
          <DurationInput
            path={path}
            example={notes?.example}
            fallback={typeof schema.default === 'string' ? schema.default : undefined}
          />
        </Field>
      );
    case 'integer':
    case 'number':
      return (
        <Field {...frame}>
          <NumberInput schema={schema} path={path} placeholder={placeholder} />
        </Field>
      );
    case 'boolean':
      return (
        <Field {...frame} className={styles.switchField}>
          <Switch
            checked={typeof value === 'boolean' ? value : schema.default === true}
            // The default is never written for the user.
            onChange={(checked) => change(checked === (schema.default === true) ? undefined : checked)}
            disabled={readOnly}
          />
        </Field>
      );
    case 'choice':
      return <ChoiceControl schema={schema} path={path} frame={frame} />;
    case 'channel':
      return (
        <Field {...frame}>
          <ChannelPicker path={path} />
        </Field>
      );
    case 'template_slug':
      return (
        <Field {...frame}>
          <TemplatePicker path={path} />
        </Field>
      );
    case 'node':
      return (
        <Field {...frame}>
          <NodePicker path={path} />
        </Field>
      );
    case 'variable':
      return <VariableInput path={path} placeholder={placeholder} frame={frame} />;
    case 'port':
      return <PortInput path={path} placeholder={placeholder} frame={frame} />;
    default: {
      const shared = {
        value: text,
        placeholder,
        readOnly,
        ...(schema.maxLength ? { maxLength: schema.maxLength } : {}),
      };
      const commit = (next: string) =>
        change(next === '' && typeof path.at(-1) === 'string' ? undefined : next);
      return (
        <Field {...frame}>
          {notes?.multiline ? (
            <Textarea {...shared} onChange={(event) => commit(event.target.value)} />
          ) : (
            <Input
              {...shared}
              mono={kind === 'code'}
              spellCheck={kind === 'text'}
              onChange={(event) => commit(event.target.value)}
            />
          )}
        </Field>
      );
    }
  }
}

/** A default that an empty field stands for, as its placeholder. */
function defaultText(schema: FieldSchema): string | undefined {
  const { default: value } = schema;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function ResetButton({ label, onClick }: { label: string; onClick(): void }) {
  return (
    <IconButton
      size="small"
      className={styles.reset}
      label={t`Reset ${label} to its default`}
      onClick={onClick}
    >
      <RotateCcw />
    </IconButton>
  );
}

interface Frame {
  aside?: React.ReactNode;
  label: string;
  required: boolean;
  help: string | undefined;
  error: string | undefined;
}

function ChoiceControl({ schema, path, frame }: { schema: FieldSchema; path: Path; frame: Frame }) {
  const { readOnly } = useForm();
  const { value, change } = useField(path);
  const options = (schema.enum ?? []).map((choice) => ({
    value: choice,
    label: schema['x-titles']?.[choice] ?? choice,
  }));
  // What may be left open can also be opened again.
  if (!frame.required && schema.default === undefined) options.unshift({ value: unset, label: t`Not set` });
  const chosen = typeof value === 'string' ? value : undefined;
  const shown =
    chosen ?? (typeof schema.default === 'string' ? schema.default : frame.required ? undefined : unset);
  const letters = options.reduce((sum, option) => sum + option.label.length, 0);
  const choose = (next: string) => change(next === schema.default || next === unset ? undefined : next);
  if (shown !== undefined && options.length <= segmentedChoices && letters <= segmentedLetters) {
    return (
      <Field {...frame} group>
        <Segmented
          aria-label={frame.label}
          value={shown}
          options={options}
          onChange={choose}
          disabled={readOnly}
        />
      </Field>
    );
  }
  return (
    <Field {...frame}>
      <Select value={shown} options={options} onChange={choose} disabled={readOnly} />
    </Field>
  );
}
