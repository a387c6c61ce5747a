/** Why a project cannot be changed in this window, and how that is changed. */
import type { ReadOnlyReason } from '@shared/project/types';

interface Words {
  /** After "Read-only: ". */
  readonly short: string;
  /** One sentence; what can be done all the same follows it. */
  readonly why: string;
  /** When it is still so after another try. */
  readonly again: string;
}

export const readOnlyWords: Readonly<Record<ReadOnlyReason, Words>> = {
  'open-elsewhere': {
    short: 'the project is open in another window or run',
    why: 'This project is open in another window or run.',
    again: 'It is still open elsewhere: close the other window or run, then try again',
  },
  'not-writable': {
    short: 'the project’s file cannot be written',
    why: 'This project’s file cannot be written.',
    again: 'It still cannot be written: check the permissions of the file, then try again',
  },
  'read-only-folder': {
    short: 'the project’s folder cannot be written',
    why: 'The folder of this project’s file cannot be written.',
    again: 'The folder still cannot be written: check its permissions, then try again',
  },
  'read-only-disk': {
    short: 'the project is on a read-only disk',
    why: 'This project is on a read-only disk: copy it to another one to work on it.',
    again: 'The disk is still read-only: copy the project to another one',
  },
  'second-name': {
    short: 'the project’s file has a second name',
    why: 'This project’s file has a second name (a hard link): copy it to a file of its own to work on it.',
    again: 'It still has a second name: copy it to a file of its own',
  },
  damaged: {
    short: 'the project’s file is damaged',
    why: 'This project’s file is damaged.',
    again: 'It is still damaged',
  },
};
