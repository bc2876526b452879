import { Page } from '@/ui';

export function EditorScreen({ flowId }: { flowId: string }) {
  return <Page title="Flow">{flowId}</Page>;
}
