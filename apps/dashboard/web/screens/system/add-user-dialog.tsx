import { Button, Modal, Radio, TextInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import { users } from '../../api/calls.js';
import type { User, UserLogin } from '../../api/types.js';
import classes from '../camera/camera-dialog.module.css';

interface AddUserProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onAdded: (login: UserLogin) => void;
}

/** Makes an account; its password comes from the server. */
export function AddUserDialog({ opened, onClose, onAdded }: AddUserProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Add a person"
      data-pw-dialog
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <UserForm onCancel={onClose} onAdded={onAdded} />
    </Modal>
  );
}

function UserForm({ onCancel, onAdded }: { readonly onCancel: () => void; readonly onAdded: AddUserProps['onAdded'] }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<User['role']>('viewer');
  const [problem, setProblem] = useState<string | null>(null);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    users
      .add({ name, role })
      .then(onAdded)
      .catch((error: unknown) => {
        setProblem(error instanceof Error ? error.message : 'The account was not made.');
      });
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      <TextInput
        label="Name"
        required
        withAsterisk={false}
        data-autofocus
        autoComplete="off"
        value={name}
        onChange={(event) => {
          setName(event.currentTarget.value);
        }}
      />
      <Radio.Group
        label="This person"
        value={role}
        onChange={(value) => {
          setRole(value === 'admin' ? 'admin' : 'viewer');
        }}
      >
        <div className={classes.roles}>
          <Radio value="viewer" label="Viewer" description="sees everything and acknowledges alerts" />
          <Radio value="admin" label="Administrator" description="also changes cameras, rules, models and people" />
        </div>
      </Radio.Group>
      {problem !== null && (
        <p className={classes.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={classes.actions}>
        <Button variant="subtle" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" variant="filled" disabled={name.trim() === ''}>
          Add
        </Button>
      </div>
    </form>
  );
}
