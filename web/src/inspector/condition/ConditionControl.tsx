import { Trans, useLingui } from '@lingui/react/macro';
import { useMemo, useState } from 'react';
import {
  conditionExpression,
  type FieldSchema,
  isObject,
  type ParsedCondition,
  type Path,
  parseCondition,
} from '@/flow-model';
import { Field, Segmented } from '@/ui';
import { useField, useForm } from '../form';
import { TemplateInput } from '../TemplateInput';
import styles from './condition.module.css';
import { RuleTree } from './RuleTree';
import { newRule, type RuleParts, typesOf } from './rules';

interface ConditionControlProps {
  schema: FieldSchema;
  path: Path;
  label: string;
  required: boolean;
  help: string | undefined;
  error: string | undefined;
  rules: RuleParts;
}

/**
 * A condition as rules in groups, with its expression beside them, or as the
 * expression alone. Each can become the other; what no rule can say stays an
 * expression.
 */
export function ConditionControl({ path, label, required, help, error, rules }: ConditionControlProps) {
  const { t } = useLingui();
  const { readOnly, entries } = useForm();
  const { value, change } = useField(path);
  const [refused, setRefused] = useState<Extract<ParsedCondition, { problem: string }>>();
  const typeOf = useMemo(() => typesOf(entries ?? []), [entries]);
  const isExpression = isObject(value) && value.type === 'expression';
  const written = isExpression && typeof value.expression === 'string' ? value.expression : '';

  const choose = (shape: string) => {
    setRefused(undefined);
    if (shape === 'expression' && !isExpression) {
      const empty = !isObject(value) || (value.type === 'rule' && !value.value);
      change({ type: 'expression', expression: empty ? '' : conditionExpression(value, typeOf) });
    } else if (shape === 'rules' && isExpression) {
      if (written.trim() === '') return change(newRule());
      const parsed = parseCondition(written, typeOf);
      if ('when' in parsed) change(parsed.when);
      else setRefused(parsed);
    }
  };

  return (
    <Field label={label} required={required} help={help} error={error} group>
      <Segmented
        aria-label={t`Write ${label} as`}
        value={isExpression ? 'expression' : 'rules'}
        options={[
          { value: 'rules', label: t`Rules` },
          { value: 'expression', label: t`Expression` },
        ]}
        onChange={choose}
        disabled={readOnly}
        size="small"
      />
      {isExpression ? (
        <>
          <TemplateInput
            path={[...path, 'expression']}
            label={t`Expression`}
            required
            help={undefined}
            error={undefined}
            multiline
            placeholder={t`e.g. country == "PH" and attempts < 3`}
            expression
          />
          {refused && <Refused problem={refused} />}
        </>
      ) : (
        <>
          <RuleTree path={path} parts={rules} typeOf={typeOf} />
          {isObject(value) && (
            <div className={styles.expression}>
              <span>
                <Trans>As an expression</Trans>
              </span>
              <code data-testid="condition-expression">{conditionExpression(value, typeOf)}</code>
            </div>
          )}
        </>
      )}
    </Field>
  );
}

/** Why an expression stays one. */
function Refused({ problem }: { problem: Extract<ParsedCondition, { problem: string }> }) {
  return (
    <p className={styles.refused} role="status">
      {problem.problem === 'comment' && (
        <Trans>Rules have no place for the remark {problem.part}, so this stays an expression.</Trans>
      )}
      {problem.problem === 'broken' && (
        <Trans>The expression is not finished. Correct it, then it can be shown as rules.</Trans>
      )}
      {problem.problem === 'part' && (
        <Trans>
          No rule says the same as <code>{problem.part}</code> for every value, so this stays an expression.
        </Trans>
      )}
    </p>
  );
}
