import { Button, CopyButton, Modal } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { UserLogin } from '../../api/types.js';
import classes from './login-dialog.module.css';

/** Shows a new password, which cannot be shown again. */
export function LoginDialog({ login, onClose }: { readonly login: UserLogin; readonly onClose: () => void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Login of ${login.user.name}`}
      closeOnClickOutside={false}
      data-pw-dialog
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className={classes.login}>
        <p>Pass this on now: it is shown only this once. It can be changed in the account menu.</p>
        <dl>
          <dt>Name</dt>
          <dd>{login.user.name}</dd>
          <dt>Password</dt>
          <dd>
            <code>{login.password}</code>
          </dd>
        </dl>
        <div className={classes.actions}>
          <CopyButton value={login.password}>
            {({ copied, copy }) => (
              <Button
                leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
                onClick={copy}
              >
                {copied ? 'Copied' : 'Copy the password'}
              </Button>
            )}
          </CopyButton>
          <Button variant="filled" onClick={onClose}>
            Done
          </Button>
        </div>
      </div>
    </Modal>
  );
}
