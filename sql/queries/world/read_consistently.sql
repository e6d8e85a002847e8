-- The statements that follow all see one moment.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY
