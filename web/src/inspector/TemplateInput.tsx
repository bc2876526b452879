import { useState } from 'react';
import { CodeTemplateInput } from './code/CodeTemplateInput';
import { useCodeModule } from './code/useCodeEditor';
import { useForm } from './form';
import { PlainTemplateInput, type TemplateInputProps } from './PlainTemplateInput';
import { TextPreview } from './TextPreview';

/** Text with {{ expressions }}, or one expression, and below it what it gives. */
export function TemplateInput(props: TemplateInputProps) {
  const { readOnly } = useForm();
  const module = useCodeModule();
  // Whoever types already goes on in the field that they are in.
  const [typing, setTyping] = useState(false);
  return (
    <div>
      {module && !typing ? (
        <CodeTemplateInput {...props} module={module} />
      ) : (
        <PlainTemplateInput {...props} onFocus={setTyping} />
      )}
      {!readOnly && (
        <TextPreview path={props.path} expression={props.expression ?? false} multiline={props.multiline} />
      )}
    </div>
  );
}
