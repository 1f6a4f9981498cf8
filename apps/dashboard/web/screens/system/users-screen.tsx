import { Button } from '@mantine/core';
import { IconKey, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { users as calls } from '../../api/calls.js';
import { keys, useRefresh } from '../../api/queries.js';
import type { User, UserLogin } from '../../api/types.js';
import { useSession } from '../../app/session.js';
import { Page } from '../../ui/page.js';
import { Failed, LoadingRows } from '../../ui/states.js';
import { sayDone, sayFailed } from '../../ui/undo.js';
import { AddUserDialog } from './add-user-dialog.js';
import { ConfirmDialog } from './confirm-dialog.js';
import { LoginDialog } from './login-dialog.js';
import { SystemTabs } from './system-tabs.js';
import classes from './users-screen.module.css';

type Asked = { readonly what: 'reset' | 'remove'; readonly user: User } | null;

/** Who may look, and who may change things. */
export function UsersScreen() {
  const list = useQuery({ queryKey: keys.users, queryFn: calls.list });
  const own = useSession().data;
  const refresh = useRefresh();
  const [isAdding, setAdding] = useState(false);
  const [asked, setAsked] = useState<Asked>(null);
  const [login, setLogin] = useState<UserLogin | null>(null);
  const admins = (list.data ?? []).filter((user) => user.role === 'admin').length;
  const reset = (user: User): void => {
    calls
      .resetPassword(user.id)
      .then(setLogin)
      .catch((error: unknown) => {
        sayFailed('The password was not reset', error);
      });
  };
  const remove = (user: User): void => {
    calls
      .remove(user.id)
      .then(() => {
        sayDone(`${user.name} was removed.`);
      })
      .catch((error: unknown) => {
        sayFailed(`${user.name} was not removed`, error);
      })
      .finally(() => {
        refresh(keys.users);
      });
  };
  return (
    <Page
      title="System"
      actions={
        <Button
          variant="filled"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => {
            setAdding(true);
          }}
        >
          Add a person
        </Button>
      }
    >
      <SystemTabs />
      {list.isPending && <LoadingRows rows={3} heightPx={64} />}
      {list.isError && <Failed error={list.error} onRetry={() => void list.refetch()} />}
      <ul className={classes.list} aria-label="People">
        {(list.data ?? []).map((user) => (
          <UserRow
            key={user.id}
            user={user}
            isSelf={user.id === own?.id}
            isLastAdmin={user.role === 'admin' && admins === 1}
            onAsk={(what) => {
              setAsked({ what, user });
            }}
          />
        ))}
      </ul>
      <AddUserDialog
        opened={isAdding}
        onClose={() => {
          setAdding(false);
        }}
        onAdded={(added) => {
          setAdding(false);
          setLogin(added);
          refresh(keys.users);
        }}
      />
      {asked !== null && (
        <ConfirmDialog
          {...questions[asked.what]}
          name={asked.user.name}
          onClose={() => {
            setAsked(null);
          }}
          onConfirm={() => {
            setAsked(null);
            if (asked.what === 'reset') reset(asked.user);
            else remove(asked.user);
          }}
        />
      )}
      {login !== null && (
        <LoginDialog
          login={login}
          onClose={() => {
            setLogin(null);
          }}
        />
      )}
    </Page>
  );
}

const questions = {
  reset: {
    title: 'Reset the password',
    text: 'The old password stops working and every login of this person ends. The new one is shown once.',
    action: 'Reset the password',
  },
  remove: {
    title: 'Remove this person',
    text: 'The account and its logins are gone at once. This cannot be undone; what this person acknowledged stays.',
    action: 'Remove',
  },
} as const;

function UserRow(props: {
  readonly user: User;
  readonly isSelf: boolean;
  readonly isLastAdmin: boolean;
  readonly onAsk: (what: 'reset' | 'remove') => void;
}) {
  const { user, isSelf, isLastAdmin } = props;
  return (
    <li className={classes.row}>
      <div className={classes.who}>
        <strong>{user.name}</strong>
        {isSelf && <span className={classes.you}>you</span>}
        <p className="dim">
          {user.role === 'admin'
            ? 'Administrator: sees and changes everything'
            : 'Viewer: sees everything, acknowledges alerts'}
        </p>
      </div>
      {isSelf ? (
        <p className="dim">Change your password in the account menu.</p>
      ) : (
        <div className={classes.actions}>
          <Button
            size="compact-sm"
            leftSection={<IconKey size={15} aria-hidden />}
            aria-label={`Reset password of ${user.name}`}
            onClick={() => {
              props.onAsk('reset');
            }}
          >
            Reset password
          </Button>
          <Button
            size="compact-sm"
            variant="subtle"
            color="danger"
            leftSection={<IconTrash size={15} aria-hidden />}
            aria-label={`Remove ${user.name}`}
            disabled={isLastAdmin}
            onClick={() => {
              props.onAsk('remove');
            }}
          >
            Remove
          </Button>
        </div>
      )}
    </li>
  );
}
