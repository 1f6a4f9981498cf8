import { Button, Modal, PasswordInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import { sessions } from '../../api/calls.js';
import { sayDone } from '../../ui/undo.js';
import classes from '../camera/camera-dialog.module.css';

const SHORTEST = 10;

/** Changes the password of whoever is logged in. */
export function PasswordDialog({ onClose }: { readonly onClose: () => void }) {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [isSaving, setSaving] = useState(false);
  const isShort = next.length > 0 && next.length < SHORTEST;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setSaving(true);
    setProblem(null);
    sessions
      .changePassword({ current, next })
      .then(() => {
        onClose();
        sayDone('The password was changed. Your other logins have ended.');
      })
      .catch((error: unknown) => {
        setProblem(error instanceof Error ? error.message : 'The password was not changed.');
        setSaving(false);
      });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title="Change your password"
      data-pw-dialog
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form onSubmit={submit} className={classes.form}>
        <PasswordInput
          label="Current password"
          required
          withAsterisk={false}
          autoComplete="current-password"
          data-autofocus
          value={current}
          onChange={(event) => {
            setCurrent(event.currentTarget.value);
          }}
        />
        <PasswordInput
          label="New password"
          description={`At least ${SHORTEST} characters. Your logins elsewhere end.`}
          required
          withAsterisk={false}
          autoComplete="new-password"
          error={isShort ? `${SHORTEST - next.length} more` : undefined}
          value={next}
          onChange={(event) => {
            setNext(event.currentTarget.value);
          }}
        />
        {problem !== null && (
          <p className={classes.problem} role="alert">
            {problem}
          </p>
        )}
        <div className={classes.actions}>
          <Button variant="subtle" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="filled" loading={isSaving} disabled={current === '' || next.length < SHORTEST}>
            Change the password
          </Button>
        </div>
      </form>
    </Modal>
  );
}
