import { t } from '@lingui/core/macro';
import { ArrowDown, ArrowUp, ChevronDown, ChevronRight, Plus, Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import {
  blankValue,
  type FieldSchema,
  fieldsOf,
  freeId,
  initialValue,
  isObject,
  isShown,
  type Json,
  kindOf,
  type Path,
  type Field as SchemaField,
} from '@/flow-model';
import { Button, classes, Field, IconButton } from '@/ui';
import { FieldControl } from './FieldControl';
import { useField, useForm } from './form';
import styles from './form.module.css';

interface ListControlProps {
  schema: FieldSchema;
  path: Path;
  label: string;
  required: boolean;
  help: string | undefined;
  error: string | undefined;
}

/** A list: items can be added, removed and moved. */
export function ListControl({ schema, path, label, required, help, error }: ListControlProps) {
  const { root, readOnly, type } = useForm();
  const { value, change } = useField(path);
  const [added, setAdded] = useState<number>();
  const items: Json[] = Array.isArray(value) ? value : [];
  const itemSchema = schema.items ?? {};
  const itemTitle = itemSchema.title ?? t`Item`;
  const full = schema.maxItems !== undefined && items.length >= schema.maxItems;

  const put = (next: Json[]) => change(next.length === 0 && !required ? undefined : next);
  const add = () => {
    const fixed = type.ports_from === path.join('.') ? type.ports.map((port) => port.name) : [];
    setAdded(items.length);
    put([...items, newItem(itemSchema, root, items, fixed)]);
  };
  const move = (from: number, to: number) => {
    const next = [...items];
    next.splice(to, 0, ...next.splice(from, 1));
    put(next);
  };

  return (
    <Field label={label} required={required} help={help} error={error} group>
      {items.length > 0 && (
        <ol className={styles.items}>
          {items.map((item, index) => (
            <ListItem
              // biome-ignore lint/suspicious/noArrayIndexKey: items have no identity but their place
              key={index}
              item={item}
              schema={itemSchema}
              path={[...path, index]}
              title={`${itemTitle} ${index + 1}`}
              startsOpen={index === added || items.length === 1}
              actions={
                readOnly ? null : (
                  <>
                    <IconButton
                      size="small"
                      label={t`Move ${itemTitle.toLowerCase()} ${index + 1} up`}
                      disabled={index === 0}
                      onClick={() => move(index, index - 1)}
                    >
                      <ArrowUp />
                    </IconButton>
                    <IconButton
                      size="small"
                      label={t`Move ${itemTitle.toLowerCase()} ${index + 1} down`}
                      disabled={index === items.length - 1}
                      onClick={() => move(index, index + 1)}
                    >
                      <ArrowDown />
                    </IconButton>
                    <IconButton
                      size="small"
                      label={t`Remove ${itemTitle.toLowerCase()} ${index + 1}`}
                      onClick={() => put(items.toSpliced(index, 1))}
                    >
                      <Trash2 />
                    </IconButton>
                  </>
                )
              }
            />
          ))}
        </ol>
      )}
      {!readOnly && (
        <Button size="small" icon={<Plus />} onClick={add} disabled={full} className={styles.add}>
          {t`Add ${itemTitle.toLowerCase()}`}
        </Button>
      )}
    </Field>
  );
}

interface ListItemProps {
  item: Json;
  schema: FieldSchema;
  path: Path;
  title: string;
  startsOpen: boolean;
  actions: React.ReactNode;
}

function ListItem({ item, schema, path, title, startsOpen, actions }: ListItemProps) {
  const { problems } = useForm();
  const [open, setOpen] = useState(startsOpen);
  const kind = kindOf(schema);
  const body = useId();
  const key = path.join('/');
  const broken = [...problems.keys()].some((at) => at === key || at.startsWith(`${key}/`));

  if (kind !== 'object') {
    return (
      <li className={classes(styles.item, kind === 'ref' || kind === 'union' ? styles.shape : styles.simple)}>
        <div className={styles.itemBody}>
          <FieldControl
            schema={{ ...schema, description: undefined }}
            path={path}
            label={title}
            required={false}
          />
        </div>
        <div className={styles.itemActions}>{actions}</div>
      </li>
    );
  }
  return (
    <li className={classes(styles.item, styles.boxed, broken && styles.brokenItem)}>
      <fieldset className={styles.group}>
        <legend className="visually-hidden">{title}</legend>
        <div className={styles.itemHead}>
          <button
            type="button"
            className={styles.toggle}
            aria-expanded={open}
            aria-controls={body}
            onClick={() => setOpen(!open)}
          >
            {open ? (
              <ChevronDown size={14} aria-hidden="true" />
            ) : (
              <ChevronRight size={14} aria-hidden="true" />
            )}
            <span className={styles.itemTitle}>{itemWords(item, schema) || title}</span>
          </button>
          <div className={styles.itemActions}>{actions}</div>
        </div>
        {open && (
          <div className={styles.itemFields} id={body}>
            <ItemFields item={item} schema={schema} path={path} />
          </div>
        )}
      </fieldset>
    </li>
  );
}

/** More fields than this in one item, and the optional texts among them wait behind a button. */
const manyFields = 5;

function ItemFields({ item, schema, path }: { item: Json; schema: FieldSchema; path: Path }) {
  const [all, setAll] = useState(false);
  const fields = fieldsOf(schema);
  const shown = fields.filter((field) => isShown(field, { fields, value: item }));
  const later = fields.length > manyFields && !all ? shown.filter((field) => canWait(field, item)) : [];
  return (
    <>
      {shown
        .filter((field) => !later.includes(field))
        .map((field) => (
          <FieldControl
            key={field.name}
            schema={field.schema}
            path={[...path, field.name]}
            label={field.schema.title ?? field.name}
            required={field.required}
          />
        ))}
      {later.length > 0 && (
        <Button size="small" variant="ghost" onClick={() => setAll(true)} className={styles.add}>
          {t`More: ${later.map((field) => (field.schema.title ?? field.name).toLowerCase()).join(', ')}`}
        </Button>
      )}
    </>
  );
}

function canWait(field: SchemaField, item: Json): boolean {
  return (
    !field.required &&
    ['text', 'value', 'template'].includes(kindOf(field.schema)) &&
    (!isObject(item) || item[field.name] === undefined)
  );
}

/** An item in a few words: its first text. */
function itemWords(item: Json, schema: FieldSchema): string {
  if (!isObject(item)) return '';
  const title = item.title;
  if (typeof title === 'string' && title) return title;
  for (const field of fieldsOf(schema)) {
    const value = item[field.name];
    if (typeof value === 'string' && value) return value;
  }
  return '';
}

/** A new item; an exit gets a name that is free, so that a line can hang on it at once. */
function newItem(schema: FieldSchema, root: FieldSchema, items: Json[], fixedPorts: string[]): Json {
  const item = initialValue(schema, root) ?? blankValue(schema);
  const port = fieldsOf(schema).find((field) => kindOf(field.schema) === 'port');
  if (!port || !isObject(item)) return item;
  const taken = new Set([
    ...fixedPorts,
    ...items.map((other) => (isObject(other) ? String(other[port.name] ?? '') : '')),
  ]);
  const stem = (schema.title ?? 'exit').toLowerCase();
  return { [port.name]: freeId(`${stem}_${items.length + 1}`, taken), ...item };
}
