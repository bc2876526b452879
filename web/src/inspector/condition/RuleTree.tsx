import { Trans, useLingui } from '@lingui/react/macro';
import { ListTree, Plus, Trash2 } from 'lucide-react';
import { isObject, type Json, type JsonObject, type Path, type TypeOf } from '@/flow-model';
import { Button, IconButton, Select } from '@/ui';
import { useField, useForm, useProblem } from '../form';
import { TemplateInput } from '../TemplateInput';
import styles from './condition.module.css';
import { OperandInput } from './OperandInput';
import {
  leftType,
  newGroup,
  newRule,
  operatorsFor,
  type RuleParts,
  takenBy,
  withOperator,
  withoutRule,
  withRule,
} from './rules';

interface PartProps {
  path: Path;
  parts: RuleParts;
  typeOf: TypeOf;
  /** Takes the part out of its group; absent for the outermost. */
  onRemove?: (() => void) | undefined;
}

/** A rule, a group of rules, or an expression among rules. */
export function RuleTree(props: PartProps) {
  const { readOnly } = useForm();
  const { value, change } = useField(props.path);
  if (isObject(value) && value.type === 'group') return <GroupPart {...props} group={value} />;
  if (isObject(value) && value.type === 'expression') return <ExpressionPart {...props} />;
  const rule = isObject(value) ? value : {};
  return (
    <>
      <RulePart {...props} rule={rule} />
      {!props.onRemove && !readOnly && <AddButtons when={rule} onAdd={change} full={false} />}
    </>
  );
}

function GroupPart({ path, parts, typeOf, onRemove, group }: PartProps & { group: JsonObject }) {
  const { t } = useLingui();
  const { readOnly } = useForm();
  const { change } = useField(path);
  const problem = useProblem([...path, 'rules']);
  const rules: Json[] = Array.isArray(group.rules) ? group.rules : [];
  const match = typeof group.match === 'string' ? group.match : String(parts.match.default ?? 'all');
  const words: { [match: string]: string } = { all: t`and`, any: t`or`, none: t`or` };
  return (
    <fieldset className={styles.group} data-match={match}>
      <legend className="visually-hidden">
        <Trans>Group of rules</Trans>
      </legend>
      <div className={styles.groupHead}>
        <Select
          size="small"
          className={styles.match}
          aria-label={t`How many of the rules must hold`}
          value={match}
          options={(parts.match.enum ?? []).map((name) => ({
            value: name,
            label: parts.match['x-titles']?.[name] ?? name,
          }))}
          onChange={(next) => change({ ...group, match: next })}
          disabled={readOnly}
        />
        {onRemove && !readOnly && (
          <IconButton size="small" label={t`Remove the group`} onClick={onRemove}>
            <Trash2 />
          </IconButton>
        )}
      </div>
      <ol className={styles.rules}>
        {rules.map((_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rules have no identity but their place
          <li key={index}>
            {index > 0 && (
              <span className={styles.word} aria-hidden="true">
                {words[match]}
              </span>
            )}
            <RuleTree
              path={[...path, 'rules', index]}
              parts={parts}
              typeOf={typeOf}
              onRemove={() => change(withoutRule(group, index))}
            />
          </li>
        ))}
      </ol>
      {problem && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      {!readOnly && <AddButtons when={group} onAdd={change} full={rules.length >= parts.most} />}
    </fieldset>
  );
}

function AddButtons({
  when,
  onAdd,
  full,
}: {
  when: JsonObject;
  onAdd(next: JsonObject): void;
  full: boolean;
}) {
  const { t } = useLingui();
  return (
    <div className={styles.add}>
      <Button
        size="small"
        variant="ghost"
        icon={<Plus />}
        disabled={full}
        onClick={() => onAdd(withRule(when, newRule()))}
      >{t`Add rule`}</Button>
      <Button
        size="small"
        variant="ghost"
        icon={<ListTree />}
        disabled={full}
        onClick={() => onAdd(withRule(when, newGroup()))}
      >{t`Add group`}</Button>
    </div>
  );
}

function RulePart({ path, parts, typeOf, onRemove, rule }: PartProps & { rule: JsonObject }) {
  const { t } = useLingui();
  const { readOnly } = useForm();
  const { change } = useField(path);
  const valueProblem = useProblem([...path, 'value']);
  const operator = typeof rule.operator === 'string' ? rule.operator : '';
  const type = leftType(rule.value, typeOf);
  const takes = takenBy(parts.operator, operator);
  return (
    <fieldset className={styles.rule}>
      <legend className="visually-hidden">
        <Trans>Rule</Trans>
      </legend>
      <TemplateInput
        path={[...path, 'value']}
        label={parts.value.title ?? t`Value`}
        required
        help={undefined}
        error={valueProblem}
        multiline={false}
        placeholder={t`e.g. ${'{{country}}'}`}
      />
      <div className={styles.operator}>
        <Select
          size="small"
          aria-label={parts.operator.title ?? t`Operator`}
          value={operator}
          options={operatorsFor(parts.operator, type, operator).map((name) => ({
            value: name,
            label: parts.operator['x-titles']?.[name] ?? name,
          }))}
          onChange={(next) =>
            change(withOperator({ type: 'rule', value: '', ...rule }, parts.operator, next))
          }
          disabled={readOnly}
        />
        {onRemove && !readOnly && (
          <IconButton size="small" label={t`Remove the rule`} onClick={onRemove}>
            <Trash2 />
          </IconButton>
        )}
      </div>
      {takes !== 'nothing' && (
        <OperandInput
          path={[...path, 'to']}
          takes={takes}
          type={type}
          label={parts.to.title ?? t`Compare with`}
        />
      )}
    </fieldset>
  );
}

function ExpressionPart({ path, onRemove }: PartProps) {
  const { t } = useLingui();
  const { readOnly } = useForm();
  const problem = useProblem([...path, 'expression']);
  return (
    <fieldset className={styles.rule}>
      <legend className="visually-hidden">
        <Trans>Expression</Trans>
      </legend>
      <TemplateInput
        path={[...path, 'expression']}
        label={t`Expression`}
        required
        help={undefined}
        error={problem}
        multiline
        placeholder={undefined}
        expression
        aside={
          onRemove &&
          !readOnly && (
            <IconButton size="small" label={t`Remove the rule`} onClick={onRemove}>
              <Trash2 />
            </IconButton>
          )
        }
      />
    </fieldset>
  );
}
