DROP TABLE invitation_secrets;
DROP TABLE invitations;
