import { Button, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import classes from '../camera/camera-dialog.module.css';

/** Asks for the name of what is about to change for good. */
export function ConfirmDialog(props: {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly name: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}) {
  const [typed, setTyped] = useState('');
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={props.title}
      data-pw-dialog
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          props.onConfirm();
        }}
      >
        <p>{props.text}</p>
        <TextInput
          label={`Type “${props.name}” to go on`}
          data-autofocus
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
          }}
        />
        <div className={classes.actions}>
          <Button variant="subtle" onClick={props.onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="filled" color="danger" disabled={typed.trim() !== props.name}>
            {props.action}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
