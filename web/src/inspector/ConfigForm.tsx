import type { Path, Field as SchemaField } from '@/flow-model';
import { configSchema, fieldsOf, isShown } from '@/flow-model';
import { FieldControl } from './FieldControl';
import { useField, useForm } from './form';
import styles from './form.module.css';

/** The fields of the whole config, made from the node type's schema. */
export function ConfigForm() {
  const { type } = useForm();
  return (
    <div className={styles.fields}>
      <ObjectFields fields={fieldsOf(configSchema(type))} path={[]} />
    </div>
  );
}

/** The fields of one object, one below the other. */
export function ObjectFields({ fields, path }: { fields: SchemaField[]; path: Path }) {
  const { value } = useField(path);
  return fields
    .filter((field) => isShown(field, { fields, value }))
    .map((field) => (
      <FieldControl
        key={field.name}
        schema={field.schema}
        path={[...path, field.name]}
        label={field.schema.title ?? field.name}
        required={field.required}
      />
    ));
}
