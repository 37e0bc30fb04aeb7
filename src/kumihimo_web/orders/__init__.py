"""What was promised: from the request for quotation to the payment."""
