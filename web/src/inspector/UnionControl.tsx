import { useLingui } from '@lingui/react/macro';
import {
  type FieldSchema,
  fieldsOf,
  initialVariant,
  isObject,
  type JsonObject,
  kindOf,
  type Path,
  variantsOf,
} from '@/flow-model';
import { Field, Segmented, Select } from '@/ui';
import { ObjectFields } from './ConfigForm';
import { ConditionControl } from './condition/ConditionControl';
import { ruleParts } from './condition/rules';
import { useField, useForm, useProblem } from './form';
import styles from './form.module.css';

interface UnionControlProps {
  schema: FieldSchema;
  path: Path;
  label: string;
  required: boolean;
  help: string | undefined;
  error: string | undefined;
}

/** At most this many variants stand side by side; more drop down. */
const segmentedVariants = 3;

/** A value of one of several shapes: which one, and its fields. Rules have a builder of their own. */
export function UnionControl(props: UnionControlProps) {
  const { root } = useForm();
  const rules = ruleParts(variantsOf(props.schema, root));
  return rules ? <ConditionControl {...props} rules={rules} /> : <ShapeControl {...props} />;
}

function ShapeControl({ schema, path, label, required, help, error }: UnionControlProps) {
  const { t } = useLingui();
  const { root, readOnly } = useForm();
  const { value, change } = useField(path);
  const typeProblem = useProblem([...path, 'type']);
  const variants = variantsOf(schema, root);
  const given = isObject(value) ? value.type : undefined;
  const chosen =
    variants.find((variant) => variant.type === given) ??
    (value === undefined && variants.length === 1 ? variants[0] : undefined);
  const options = variants.map((variant) => ({
    value: variant.type,
    label: variant.schema.title ?? variant.type,
    ...(variant.schema.description ? { detail: variant.schema.description } : {}),
  }));

  const choose = (type: string) => {
    const variant = variants.find((other) => other.type === type);
    if (variant && type !== given)
      change(switched(isObject(value) ? value : {}, chosen?.schema, variant, root));
  };

  return (
    <Field label={label} required={required} help={help} error={error ?? typeProblem} group>
      {variants.length > 1 &&
        (options.length <= segmentedVariants ? (
          <Segmented
            aria-label={t`Type of ${label}`}
            value={chosen?.type}
            options={options}
            onChange={choose}
            disabled={readOnly}
            size="small"
          />
        ) : (
          <Select
            aria-label={t`Type of ${label}`}
            value={chosen?.type}
            options={options}
            onChange={choose}
            disabled={readOnly}
          />
        ))}
      {variants.length === 1 && options[0] && <p className={styles.only}>{options[0].label}</p>}
      {chosen && fieldsOf(chosen.schema).length > 0 && (
        <div className={styles.nested}>
          <ObjectFields fields={fieldsOf(chosen.schema)} path={path} />
        </div>
      )}
    </Field>
  );
}

/** The value in another shape. What both shapes have in common is kept. */
function switched(
  value: JsonObject,
  before: FieldSchema | undefined,
  variant: { type: string; schema: FieldSchema },
  root: FieldSchema,
): JsonObject {
  const next = initialVariant(variant, root);
  for (const field of fieldsOf(variant.schema)) {
    const old = before?.properties?.[field.name];
    if (old && kindOf(old) === kindOf(field.schema) && value[field.name] !== undefined) {
      next[field.name] = value[field.name];
    }
  }
  return next;
}
