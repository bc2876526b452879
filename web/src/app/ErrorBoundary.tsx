import { Component, type ReactNode } from 'react';
import { ErrorState } from '@/ui';

interface State {
  error: unknown;
  place: string;
}

interface Props {
  /** Where the person is; going elsewhere clears the error. */
  place: string;
  children: ReactNode;
}

/** Keeps a fault in one screen from taking the whole app away. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: undefined, place: this.props.place };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps(props: Props, state: State): State | null {
    return props.place === state.place ? null : { error: undefined, place: props.place };
  }

  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    return <ErrorState page error={this.state.error} onRetry={() => this.setState({ error: undefined })} />;
  }
}
