import { useState } from 'react';
import { CodeTemplateInput } from './code/CodeTemplateInput';
import { useCodeModule } from './code/useCodeEditor';
import { useForm } from './form';
import { PlainTemplateInput, type TemplateInputProps } from './PlainTemplateInput';
import { TextPreview } from './TextPreview';

/** Text with {{ expressions }}, or one expression, and below it what it gives. */
export function TemplateInput(props: TemplateInputProps) {
  const { path, expression = false, multiline } = props;
  const { readOnly } = useForm();
  const module = useCodeModule();
  // Whoever types already goes on in the field that they are in.
  const [typing, setTyping] = useState(false);
  const below = (
    <>
      {props.below}
      {!readOnly && <TextPreview path={path} expression={expression} multiline={multiline} />}
    </>
  );
  return module && !typing ? (
    <CodeTemplateInput {...props} module={module} below={below} />
  ) : (
    <PlainTemplateInput {...props} onFocus={setTyping} below={below} />
  );
}
