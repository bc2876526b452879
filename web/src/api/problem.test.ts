import { describe, expect, it } from 'vitest';
import { ApiError, describeError, fieldMessages, OfflineError } from './problem';

describe('ApiError', () => {
  it('reads a problem with field problems', () => {
    const error = new ApiError(422, {
      title: 'The inputs are not right',
      status: 422,
      code: 'inputs_invalid',
      errors: [
        { field: 'customerPhoneNumber', code: 'phone', message: 'is not a phone number', hint: 'Write +63…' },
        { pointer: '/inputs/verificationCode', code: 'required', message: 'is missing' },
      ],
    });
    expect(error.code).toBe('inputs_invalid');
    expect(error.fields.map((f) => f.field)).toEqual(['customerPhoneNumber', 'verificationCode']);
    expect(error.fields[0]?.hint).toBe('Write +63…');
  });

  it.each([
    [401, 'You are signed out'],
    [404, 'This does not exist, or no longer does'],
    [503, 'The server has a problem'],
    [418, 'The server refused this (418)'],
  ])('has a title of its own when the answer to %i has none', (status, title) => {
    expect(new ApiError(status, '<html>').title).toBe(title);
  });
});

describe('describeError', () => {
  it('joins what happened and what to do', () => {
    const error = new ApiError(409, {
      title: 'Not published',
      detail: 'The flow has no version.',
      hint: 'Publish it.',
    });
    expect(describeError(error)).toEqual({
      title: 'Not published',
      detail: 'The flow has no version. Publish it.',
    });
  });

  it('names the fields when there is no detail', () => {
    const error = new ApiError(422, { title: 'Bad', errors: [{ field: 'a', message: 'a is missing' }] });
    expect(describeError(error).detail).toBe('a is missing');
  });

  it('says what to check when the server is away', () => {
    expect(describeError(new OfflineError(new TypeError('fetch'))).detail).toContain('Check your connection');
  });
});

describe('fieldMessages', () => {
  it('joins message and hint by field', () => {
    const error = new ApiError(422, {
      title: 'Bad',
      errors: [
        { field: 'to', message: 'is not a number.', hint: 'Write +63…' },
        { pointer: '/inputs/code', message: 'is missing.' },
      ],
    });
    expect(fieldMessages(error)).toEqual({ to: 'is not a number. Write +63…', code: 'is missing.' });
  });

  it('has nothing to say about other errors', () => {
    expect(fieldMessages(new OfflineError(undefined))).toEqual({});
  });
});
