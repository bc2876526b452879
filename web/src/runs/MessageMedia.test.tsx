import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { startEnglish } from '@/i18n/english';
import { renderInEnglish } from '@/i18n/testing';
import { MessageMedia } from './MessageMedia';
import { awaitsFiles } from './queries';
import type { MessageFile, Run } from './types';

const file = (change: Partial<MessageFile>): MessageFile => ({
  id: 'in-1-0',
  type: 'image',
  content_type: 'image/png',
  filename: '',
  size: 2048,
  status: 'stored',
  reason: '',
  ...change,
});

afterEach(cleanup);

describe('a file that a person sent', () => {
  it('is shown, and offered to be downloaded when the browser cannot show it', () => {
    startEnglish();
    renderInEnglish(<MessageMedia files={[file({})]} />);
    const picture = screen.getByRole('img', { name: 'Picture' });
    expect(picture.getAttribute('src')).toBe('/api/v1/media/in-1-0');
    fireEvent.error(picture);
    const link = screen.getByRole('link', { name: /Picture/ });
    expect(link.getAttribute('href')).toBe('/api/v1/media/in-1-0');
    expect(link.hasAttribute('download')).toBe(true);
  });

  it('says that it is on its way, or why it cannot be had', () => {
    renderInEnglish(
      <MessageMedia
        files={[
          file({ id: 'a', status: 'waiting', type: 'audio' }),
          file({
            id: 'b',
            status: 'failed',
            type: 'document',
            filename: '<b>bill</b>.pdf',
            reason: 'It has expired.',
          }),
        ]}
      />,
    );
    expect(screen.getByText('Audio is being fetched from the provider…')).toBeTruthy();
    expect(screen.getByText('<b>bill</b>.pdf could not be fetched.')).toBeTruthy();
    expect(screen.getByText('It has expired.')).toBeTruthy();
    expect(screen.queryByRole('link')).toBeNull();
  });

  it('is looked for while it is on its way', () => {
    const run = (...media: MessageFile[]) => ({ messages: [{ media }] }) as unknown as Run;
    expect(awaitsFiles(run(file({ status: 'waiting' })))).toBe(true);
    expect(awaitsFiles(run(file({}), file({ status: 'failed' })))).toBe(false);
    expect(awaitsFiles(undefined)).toBe(false);
  });
});
